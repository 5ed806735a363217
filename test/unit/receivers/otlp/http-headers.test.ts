import { describe, expect, it } from "vitest";
import { isForPath, parseContentEncoding, parseContentType } from "../../../../src/receivers/otlp/http-headers.ts";

describe("parseContentType", () => {
  it.each([
    ["application/x-protobuf", "protobuf"],
    ["Application/X-Protobuf", "protobuf"],
    ["application/x-protobuf; messageType=x", "protobuf"],
    ["application/json", "json"],
    [" application/json;charset=UTF-8", "json"],
    ["application/protobuf", undefined],
    ["application/jsonx", undefined],
    ["application/json, application/x-protobuf", undefined],
    ["", undefined],
    [undefined, undefined],
  ])("%j is %s", (value, format) => {
    expect(parseContentType(value)).toBe(format);
  });
});

describe("parseContentEncoding", () => {
  it.each([
    [undefined, "identity"],
    ["", "identity"],
    ["identity", "identity"],
    [" GZIP ", "gzip"],
    ["x-gzip", "gzip"],
    ["deflate", "deflate"],
    ["zstd", "zstd"],
    ["br", undefined],
    ["gzip, gzip", undefined],
  ])("%j is %s", (value, coding) => {
    expect(parseContentEncoding(value)).toBe(coding);
  });
});

describe("isForPath", () => {
  it.each([
    ["/v1/logs", true],
    ["/v1/logs?a=b", true],
    ["/v1/logs/", false],
    ["/v1/logsx", false],
    ["/v1/log", false],
    ["/V1/logs", false],
    ["http://host/v1/logs", true],
    ["HTTPS://[::1]:4318/v1/logs?a=b", true],
    ["http://host:4318/v1/logs/", false],
    ["http://host/x/v1/logs", false],
    ["http://host?/v1/logs", false],
    ["http://host", false],
    ["http:///v1/logs", false],
    ["http:/v1/logs", false],
    ["ftp://host/v1/logs", false],
    ["*", false],
    ["", false],
  ])("%j: %s", (url, isIt) => {
    expect(isForPath(url, "/v1/logs")).toBe(isIt);
  });
});
