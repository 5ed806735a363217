import { describe, expect, it } from "vitest";
import { formatPath, formatProblem, oneLine } from "../../../src/config/problem.ts";

describe("formatPath", () => {
  it("writes keys with dots, indexes in brackets, and other names quoted", () => {
    expect(formatPath(["sampling", "rules", 0, "match", "attributes", "http.route"])).toBe(
      'sampling.rules[0].match.attributes["http.route"]',
    );
    expect(formatPath([])).toBe("");
  });
});

describe("formatProblem", () => {
  const problem = { file: "a.yaml", line: 3, column: 7, path: "x", message: "x is 1; wanted 2", suggestion: undefined };

  it("is file, line, column, message and suggestion in one line", () => {
    expect(formatProblem(problem)).toBe("a.yaml:3:7: x is 1; wanted 2");
    expect(formatProblem({ ...problem, suggestion: "did you mean 2?" })).toBe(
      "a.yaml:3:7: x is 1; wanted 2 (did you mean 2?)",
    );
    expect(formatProblem({ ...problem, line: undefined, column: undefined })).toBe("a.yaml: x is 1; wanted 2");
  });

  it("cannot be made to write two lines or to steer a terminal", () => {
    const formatted = formatProblem({ ...problem, message: "a\nb\u001b[31mc\u009bd\u202ee" });

    expect(formatted).toBe("a.yaml:3:7: a\\u000ab\\u001b[31mc\\u009bd\\u202ee");
    expect(oneLine("plain äöü 🦀")).toBe("plain äöü 🦀");
  });
});
