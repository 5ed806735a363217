import { describe, expect, it } from "vitest";
import { API_ERROR_CODES, ApiError, errorBody, toApiError } from "../../../../src/admin/http/api-error.ts";

describe("toApiError", () => {
  it("keeps what is one already", () => {
    const error = new ApiError("conflict", "A rule of that id exists");

    expect(toApiError(error)).toBe(error);
    expect(errorBody(error)).toEqual({ error: { code: "conflict", message: "A rule of that id exists" } });
  });

  it.each([
    ["FST_ERR_CTP_BODY_TOO_LARGE", 413],
    ["FST_ERR_BAD_URL", 400],
    ["FST_ERR_MAX_PARAM_LENGTH", 414],
    ["FST_ERR_SOMETHING_NEW", 500],
    ["ENOENT", 500],
  ])("answers the framework's %s with %i and our own words", (code, status) => {
    const error = Object.assign(new Error("canary"), { code });

    expect(toApiError(error).status).toBe(status);
    expect(toApiError(error).message).not.toContain("canary");
  });

  it.each([undefined, null, "canary", { message: "canary" }, new Error("canary")])(
    "says nothing of %j but that it failed",
    (thrown) => {
      expect(errorBody(toApiError(thrown))).toEqual({
        error: { code: "internal", message: "The request failed; the log says why" },
      });
    },
  );

  it("has a status of an error for every code", () => {
    for (const code of API_ERROR_CODES) {
      const { status } = new ApiError(code, "x");
      expect(status >= 400 && status < 600).toBe(true);
    }
  });
});
