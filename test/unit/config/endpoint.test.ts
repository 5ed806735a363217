import { describe, expect, it } from "vitest";
import { formatEndpoint, isLoopback, parseEndpoint } from "../../../src/config/endpoint.ts";

describe("parseEndpoint", () => {
  it.each([
    ["127.0.0.1:4317", { host: "127.0.0.1", port: 4317 }],
    ["localhost:0", { host: "localhost", port: 0 }],
    ["[::1]:4317", { host: "::1", port: 4317 }],
    [":8888", { host: "0.0.0.0", port: 8888 }],
    ["otel-collector.logs:65535", { host: "otel-collector.logs", port: 65535 }],
  ])("reads %s", (text, endpoint) => {
    expect(parseEndpoint(text)).toEqual(endpoint);
  });

  it.each([
    "",
    "4317",
    "127.0.0.1",
    "127.0.0.1:",
    "127.0.0.1:65536",
    "256.0.0.1:1",
    "1.2.3:1",
    "::1:4317",
    "[127.0.0.1]:1",
    "http://h:1",
    "h:1/x",
  ])("refuses %j", (text) => {
    expect(parseEndpoint(text)).toBeUndefined();
  });
});

describe("isLoopback", () => {
  it.each(["127.0.0.1:1", "127.9.9.9:1", "localhost:1", "LOCALHOST:1", "[::1]:1", "[::ffff:127.0.0.1]:1"])(
    "takes %s",
    (text) => {
      expect(isLoopback(parseEndpoint(text)!)).toBe(true);
    },
  );

  it.each([
    ":1",
    "0.0.0.0:1",
    "[::]:1",
    "10.0.0.1:1",
    "localhost.example:1",
    "127.0.0.1.example:1",
    "[::ffff:10.0.0.1]:1",
  ])("takes %s for reachable", (text) => {
    expect(isLoopback(parseEndpoint(text)!)).toBe(false);
  });
});

it("formatEndpoint writes what parseEndpoint reads", () => {
  for (const text of ["127.0.0.1:4317", "localhost:0", "[::1]:4317"])
    expect(formatEndpoint(parseEndpoint(text)!)).toBe(text);
});
