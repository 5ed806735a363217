/** Lists answer a page: `items` and the cursor of the next one. */
import { z } from "zod";
import type { Page } from "../shapes/page.ts";

export function pageOf<Item>(item: z.ZodType<Item>): z.ZodType<Page<Item>> {
  return z.strictObject({ items: z.array(item), next: z.string().nullable() });
}
