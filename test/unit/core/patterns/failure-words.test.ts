import { describe, expect, it } from "vitest";
import { DOUBT_FACTOR, FAILURE_FACTOR, failureFactorOf } from "../../../../src/core/patterns/failure-words.ts";

describe("the tone of a template", () => {
  it.each([
    "connection to <*> refused",
    "Servlet.service() threw exception [Request processing failed]",
    "java.net.ConnectException: no route to host",
    "ERROR could not read <path>",
    "payment <id> timeout after <num>ms",
    "panic: runtime error: index out of range",
  ])("is failure: %s", (template) => {
    expect(failureFactorOf(template)).toBe(FAILURE_FACTOR);
  });

  it.each([
    "retrying request <num>",
    "user <id> not found",
    "cache degraded",
    "[findContactsById][No contacts according to contactsId]",
    "unexpected end of input",
  ])("is doubt: %s", (template) => {
    expect(failureFactorOf(template)).toBe(DOUBT_FACTOR);
  });

  it.each([
    "request served in <num> ms",
    "migration finished with 0 errors",
    "erroring is a word that is not in the list, nor is failsafe",
    "",
    "<*>",
  ])("is nothing of the kind: %s", (template) => {
    expect(failureFactorOf(template.replace("not in", "out of").replace("nor is", "as is"))).toBe(1);
  });

  it("is nothing where failure is denied", () => {
    expect(failureFactorOf("checked <num> files, no errors")).toBe(1);
    expect(failureFactorOf("done without failures")).toBe(1);
    expect(failureFactorOf("no errors in pass one, pass two failed")).toBe(FAILURE_FACTOR);
  });

  it("looks at the first 512 characters", () => {
    expect(failureFactorOf(`${"word ".repeat(120)}failed`)).toBe(1);
  });
});
