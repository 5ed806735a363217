import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
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
          properties: {
            max_bytes: { default: "1GiB", description: expect.stringContaining("Largest size of the queue") },
          },
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
                { type: "integer", minimum: 10 },
                { type: "string", pattern: expect.any(String) },
              ],
            },
            stamp: { anyOf: [{ enum: ["minimal", "full", "none"] }, { type: "string" }] },
          },
        },
      },
    });
  });

  it.each([
    [
      "sampling: { budget: { keep_ratio: 0.2 }, max_patterns: 100 }\nqueue: { max_bytes: 1GiB }\nrecluster: { enabled: auto }",
      true,
    ],
    [
      `sampling: { budget: { keep_ratio: '\${env:R:-0.2}' } }\nexporters: { debug: }\nlimits: { memory: 1073741824 }`,
      true,
    ],
    ["sampling: { rules: [{ id: a, match: { service: x }, kind: cap, value: 10KiB }] }", true],
    ["sampling: { budget: { keep_ratio: 1.5 } }", false],
    ["sampling: { stamp: most }", false],
    ["sampling: { rules: [{ id: a, kind: pin }] }", false],
    ["recievers: {}", false],
  ])("judges %j as loading does", (yaml, valid) => {
    const judged = z.fromJSONSchema(schema as never).safeParse(parse(yaml));

    expect(judged.success).toBe(valid);
  });
});
