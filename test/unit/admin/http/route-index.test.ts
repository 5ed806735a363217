import { describe, expect, it } from "vitest";
import { RouteIndex } from "../../../../src/admin/http/route-index.ts";

const index = new RouteIndex([
  { method: "GET", path: "/rules" },
  { method: "POST", path: "/rules" },
  { method: "DELETE", path: "/rules/{id}" },
  { method: "GET", path: "/openapi.json" },
]);

describe("RouteIndex", () => {
  it.each([
    ["/rules", ["GET", "HEAD", "POST"]],
    ["/rules?limit=1", ["GET", "HEAD", "POST"]],
    ["/rules/a%2Fb", ["DELETE"]],
    ["/openapi.json", ["GET", "HEAD"]],
    ["/openapiXjson", []],
    ["/rules/a/b", []],
    ["/", []],
    ["", []],
  ])("%s takes %j", (url, methods) => {
    expect(index.methodsOf(url)).toEqual(methods);
  });
});
