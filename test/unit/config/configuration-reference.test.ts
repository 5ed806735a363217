import { describe, expect, it } from "vitest";
import { configSchema } from "../../../src/config/schema.ts";
import { settingTable } from "../../../src/config/setting-table.ts";
import { configurationReference } from "../../kit/configuration-reference.ts";

describe("docs/CONFIGURATION.md", () => {
  it("is what the schema says: vitest -u writes it again", async () => {
    await expect(configurationReference()).toMatchFileSnapshot("../../../docs/CONFIGURATION.md");
  });

  it("tells of every setting what it does, what is wanted and why", () => {
    const values = settingTable(configSchema()).filter(({ kind }) => kind === "value");

    expect(values.length).toBeGreaterThan(80);
    for (const { path, about, wanted, why } of values) {
      expect(
        [path, about, wanted, why].every((text) => text.length > 2),
        path,
      ).toBe(true);
    }
  });
});
