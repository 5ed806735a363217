import { describe, expect, it } from "vitest";
import { printFields, printJson, printTable, shorten } from "../../../../cmd/cli/output.ts";
import { recordedIo } from "../../../kit/otlp/recorded-io.ts";

describe("printTable", () => {
  it("pads all columns but the last, and escapes what steers a terminal", () => {
    const { io, stdout } = recordedIo();
    printTable(
      io,
      ["A", "LONG", "C"],
      [
        ["1", "2", "3"],
        ["long\u001b", "", "tail"],
      ],
    );

    expect(stdout).toEqual(["A           LONG  C", "1           2     3", "long\\u001b        tail"]);
  });
});

describe("printFields", () => {
  it("aligns values, and leaves no blanks at the end", () => {
    const { io, stdout } = recordedIo();
    printFields(io, [
      ["a", "1"],
      ["long", ""],
      ["b", "x\ny"],
    ]);

    expect(stdout).toEqual(["a     1", "long", "b     x\\u000ay"]);
  });
});

describe("printJson", () => {
  it("is JSON that reads as the same value, without control characters", () => {
    const { io, stdout } = recordedIo();
    const value = { text: 'a\u009b\u202e\u007f\n"ä', list: [1, { b: null }] };
    printJson(io, value);

    expect(JSON.parse(stdout.join("\n"))).toEqual(value);
    expect(stdout.join("")).not.toMatch(/[\u007f-\u009f\u202e]/);
  });
});

describe("shorten", () => {
  it("cuts to a length and says so", () => {
    expect(shorten("abc", 3)).toBe("abc");
    expect(shorten("abcd", 3)).toBe("ab…");
  });
});
