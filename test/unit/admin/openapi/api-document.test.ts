import { describe, expect, it } from "vitest";
import { answerSchemas } from "../../../../src/admin/openapi/answer-schemas.ts";
import { apiDocument } from "../../../../src/admin/openapi/api-document.ts";
import { routeTable } from "../../../../src/admin/routes/route-table.ts";

const routes = routeTable(() => 0);
const document = apiDocument(routes, "1.2.3") as {
  openapi: string;
  paths: Record<string, Record<string, Record<string, unknown>>>;
  components: { schemas: Record<string, unknown> };
};

/** Every $ref anywhere inside. */
function references(value: unknown): string[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => (key === "$ref" ? [String(inner)] : references(inner)));
}

describe("the API document", () => {
  it("refers only to schemas that it holds", () => {
    const held = Object.keys(document.components.schemas).map((name) => `#/components/schemas/${name}`);

    expect(references(document).length).toBeGreaterThan(routes.length);
    expect(references(document).filter((reference) => !held.includes(reference))).toEqual([]);
  });

  it("uses every answer schema", () => {
    const used = new Set(routes.map(({ answers }) => answers));

    expect(Object.keys(answerSchemas()).filter((name) => !used.has(name))).toEqual([]);
  });

  it("describes parameters, bodies and who may call", () => {
    const patterns = document.paths["/api/v1/patterns"]?.["get"];
    const bypass = document.paths["/api/v1/bypass"]?.["post"];

    expect(patterns?.["parameters"]).toContainEqual(
      expect.objectContaining({ name: "limit", in: "query", required: false }),
    );
    expect(document.paths["/api/v1/patterns/{id}"]?.["get"]?.["parameters"]).toContainEqual(
      expect.objectContaining({ name: "id", in: "path", required: true }),
    );
    expect(bypass?.["requestBody"]).toMatchObject({
      content: { "application/json": { schema: { required: ["for"], additionalProperties: false } } },
    });
    expect(Object.keys(bypass?.["responses"] ?? {})).toEqual(["201", "default"]);
    expect(bypass?.["security"]).toEqual([{ adminToken: [] }]);
    expect(patterns?.["security"]).toEqual([{ adminToken: [] }, {}]);
    expect(document.paths["/livez"]?.["get"]?.["security"]).toEqual([]);
  });

  it("asks for an audit name on every change, and on nothing else", () => {
    for (const route of routes) expect(route.audit !== undefined, route.path).toBe(route.access === "change");
  });
});
