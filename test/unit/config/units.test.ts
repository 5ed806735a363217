import { describe, expect, it } from "vitest";
import { formatBytes, formatDuration, parseBytes, parseDuration } from "../../../src/config/units.ts";

describe("parseBytes", () => {
  it.each([
    ["64MiB", 64 * 1024 ** 2],
    ["900KB", 900_000],
    ["200KiB", 204_800],
    ["5GB", 5e9],
    ["1.5GiB", 1.5 * 1024 ** 3],
    ["512Mi", 512 * 1024 ** 2],
    ["1 tib", 1024 ** 4],
    ["10B", 10],
    ["1048576", 1_048_576],
    ["0", 0],
  ])("reads %s", (text, bytes) => {
    expect(parseBytes(text)).toBe(bytes);
  });

  it.each(["", "MiB", "-1", "64M", "5k", "1e6", "1,5MB", "0x10", "64 MiB s", "999999999999TiB"])(
    "refuses %j",
    (text) => {
      expect(parseBytes(text)).toBeUndefined();
    },
  );
});

describe("formatBytes", () => {
  it.each([
    [64 * 1024 ** 2, "64MiB"],
    [900_000, "900KB"],
    [1_500, 1_500],
    [0, 0],
    [1024 ** 4, "1TiB"],
  ])("writes %d as %s", (bytes, text) => {
    expect(formatBytes(bytes)).toBe(text);
  });
});

describe("parseDuration", () => {
  it.each([
    ["30s", 30_000],
    ["1m", 60_000],
    ["24h", 86_400_000],
    ["30d", 2_592_000_000],
    ["500ms", 500],
    ["1h30m", 5_400_000],
    ["1.5s", 1_500],
    ["45", 45_000],
    ["0s", 0],
  ])("reads %s", (text, milliseconds) => {
    expect(parseDuration(text)).toBe(milliseconds);
  });

  it.each(["", "s", "-1s", "1 h", "1w", "1us", "h1", "1h30", "9999999999999d"])("refuses %j", (text) => {
    expect(parseDuration(text)).toBeUndefined();
  });
});

describe("formatDuration", () => {
  it.each([
    [30_000, "30s"],
    [90_000, "90s"],
    [3_600_000, "1h"],
    [2_592_000_000, "30d"],
    [1_500, "1500ms"],
    [0, "0s"],
  ])("writes %d as %s", (milliseconds, text) => {
    expect(formatDuration(milliseconds)).toBe(text);
  });
});
