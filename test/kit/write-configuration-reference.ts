/** Writes docs/CONFIGURATION.md: npx tsx test/kit/write-configuration-reference.ts */
import { writeFileSync } from "node:fs";
import { configurationReference } from "./configuration-reference.ts";

writeFileSync(new URL("../../docs/CONFIGURATION.md", import.meta.url), configurationReference());
