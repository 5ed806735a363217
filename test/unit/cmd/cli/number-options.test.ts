import { InvalidArgumentError } from "commander";
import { describe, expect, it } from "vitest";
import {
  parseCount,
  parseMilliseconds,
  parsePort,
  parseRate,
  parseRuleValue,
  parseSize,
} from "../../../../cmd/cli/number-options.ts";

describe("option values", () => {
  it.each([
    [parseCount, "12", 12],
    [parsePort, "0", 0],
    [parsePort, "65535", 65_535],
    [parseRate, "0.5", 0.5],
    [parseMilliseconds, "30s", 30_000],
    [parseSize, "2MiB", 2_097_152],
    [parseRuleValue, "0.5", 0.5],
    [parseRuleValue, "10KiB", 10_240],
  ])("are read: %s %s", (parse, text, value) => {
    expect(parse(text)).toBe(value);
  });

  it.each([
    [parseCount, "0"],
    [parseCount, "1.5"],
    [parseCount, "-1"],
    [parsePort, "65536"],
    [parsePort, ""],
    [parseRate, "-1"],
    [parseRate, "1e3"],
    [parseMilliseconds, "soon"],
    [parseSize, "2M"],
    [parseRuleValue, "many"],
  ])("are refused: %s %j", (parse, text) => {
    expect(() => parse(text)).toThrow(InvalidArgumentError);
  });
});
