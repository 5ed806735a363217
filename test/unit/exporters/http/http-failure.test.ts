import { describe, expect, it } from "vitest";
import { classifyFailure } from "../../../../src/exporters/http/http-failure.ts";

const withCode = (code: string): Error => Object.assign(new Error("failed"), { code });

describe("classifyFailure", () => {
  it("tells failures to connect from those after it", () => {
    for (const code of [
      "ECONNREFUSED",
      "ENOTFOUND",
      "UND_ERR_CONNECT_TIMEOUT",
      "CERT_HAS_EXPIRED",
      "ERR_TLS_CERT_ALTNAME_INVALID",
    ]) {
      expect(classifyFailure(withCode(code))).toEqual({ code: "connect", detail: code });
    }
    for (const code of ["ECONNRESET", "EPIPE", "UND_ERR_SOCKET", "HPE_INVALID_CONSTANT"]) {
      expect(classifyFailure(withCode(code))).toEqual({ code: "reset", detail: code });
    }
    expect(classifyFailure(withCode("UND_ERR_HEADERS_TIMEOUT"))).toMatchObject({ code: "timeout" });
  });

  it("looks inside for the system's name", () => {
    const wrapped = new Error("outer", { cause: withCode("ECONNREFUSED") });
    const several = new AggregateError([withCode("EHOSTUNREACH"), withCode("ECONNREFUSED")], "all failed");

    expect(classifyFailure(wrapped)).toEqual({ code: "connect", detail: "ECONNREFUSED" });
    expect(classifyFailure(several)).toEqual({ code: "connect", detail: "EHOSTUNREACH" });
  });

  it("repeats nothing that is not a system's name", () => {
    for (const error of [withCode("key phc_secret"), new Error("phc_secret"), "phc_secret", undefined]) {
      expect(classifyFailure(error)).toEqual({ code: "reset", detail: "" });
    }
  });
});
