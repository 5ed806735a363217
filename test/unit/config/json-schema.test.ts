import { describe, expect, it } from "vitest";
import { configJsonSchema } from "../../../src/config/json-schema.ts";

describe("configJsonSchema", () => {
  const schema = configJsonSchema();
  const text = JSON.stringify(schema);

  it("is draft 2020-12, closed at every level but where keys are the user's", () => {
    expect(schema).toMatchObject({
      $schema: "https://json-schema.org/draft/2020-12/schema",
      title: "LipService configuration",
      additionalProperties: false,
    });
    expect(text.match(/"additionalProperties":false/g)?.length).toBeGreaterThan(30);
  });

  it("has descriptions and defaults as they are written, and none of the words for our own use", () => {
    expect(schema).toMatchObject({
      properties: {
        queue: {
          type: ["object", "null"],
          properties: { max_bytes: { default: "1GiB", description: expect.stringContaining("Bound of the queue") } },
        },
        sampling: { properties: { rules: { items: { required: ["id", "match", "kind"] } } } },
      },
    });
    expect(text).not.toMatch(/x-why|x-wanted/);
  });

  it("lets any setting be a reference instead", () => {
    expect(schema).toMatchObject({
      properties: {
        sampling: {
          properties: {
            max_patterns: {
              anyOf: [
                { type: "integer", minimum: 100 },
                { type: "string", pattern: expect.any(String) },
              ],
            },
            stamp: { anyOf: [{ enum: ["minimal", "full", "none"] }, { type: "string" }] },
          },
        },
      },
    });
  });
});
