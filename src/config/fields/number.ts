/** Settings that are numbers: plain ones, sizes in bytes, durations in milliseconds. */
import type { z } from "zod";
import { formatBytes, formatDuration, parseBytes, parseDuration } from "../units.ts";
import type { FieldOptions, Written } from "./leaf.ts";
import { decoded, leaf } from "./leaf.ts";

export interface NumberOptions extends FieldOptions<number> {
  readonly min: number;
  readonly max: number;
  /** `min` itself is not allowed. */
  readonly aboveMin?: boolean;
}

const NUMBER = /^[+-]?\d+(\.\d+)?([eE][+-]?\d+)?$/;

export function decimal(options: NumberOptions): z.ZodType<number> {
  const { min, max } = options;
  const wanted = options.aboveMin === true ? `a number above ${min}, at most ${max}` : `a number from ${min} to ${max}`;
  return numeric(options, wanted, "number", () => true);
}

export function integer(options: NumberOptions): z.ZodType<number> {
  return numeric(options, `a whole number from ${options.min} to ${options.max}`, "integer", Number.isSafeInteger);
}

function numeric(
  options: NumberOptions,
  wanted: string,
  type: string,
  fits: (value: number) => boolean,
): z.ZodType<number> {
  const { min, max, aboveMin = false } = options;
  const low = aboveMin ? { exclusiveMinimum: min } : { minimum: min };
  return leaf({
    options,
    wanted,
    json: { type, ...low, maximum: max },
    decode: (value) => {
      const number = NUMBER.test(value.trim()) ? Number(value) : Number.NaN;
      const inside = number <= max && (aboveMin ? number > min : number >= min);
      return decoded(inside && fits(number) ? number : undefined);
    },
    encode: (value) => value,
  });
}

export interface MeasureOptions extends FieldOptions<string> {
  /** As written: 1KiB, 1s. */
  readonly min: string;
  readonly max: string;
}

/** Bytes. */
export function bytes(options: MeasureOptions): z.ZodType<number> {
  const wanted = `a size from ${options.min} to ${options.max}, such as 64MiB or 900KB`;
  return measure(options, wanted, parseBytes, formatBytes);
}

/** Milliseconds. */
export function duration(options: MeasureOptions): z.ZodType<number> {
  const wanted = `a duration from ${options.min} to ${options.max}, such as 30s, 1m or 24h`;
  return measure(options, wanted, parseDuration, formatDuration);
}

function measure(
  options: MeasureOptions,
  wanted: string,
  parse: (value: string) => number | undefined,
  print: (value: number) => Written,
): z.ZodType<number> {
  const min = parse(options.min) ?? 0;
  const max = parse(options.max) ?? Number.MAX_SAFE_INTEGER;
  return leaf({
    options,
    wanted,
    json: { type: ["string", "number"] },
    decode: (value) => {
      const number = parse(value);
      return decoded(number !== undefined && number >= min && number <= max ? number : undefined);
    },
    encode: print,
  });
}

/** "auto" or a size in bytes. */
export function autoOrBytes(options: MeasureOptions): z.ZodType<"auto" | number> {
  const min = parseBytes(options.min) ?? 0;
  const max = parseBytes(options.max) ?? Number.MAX_SAFE_INTEGER;
  return leaf<"auto" | number>({
    options,
    wanted: `auto, or a size from ${options.min} to ${options.max}, such as 512MiB`,
    json: { type: ["string", "number"] },
    decode: (value) => {
      if (value.trim() === "auto") return { ok: true, value: "auto" };
      const number = parseBytes(value);
      return decoded(number !== undefined && number >= min && number <= max ? number : undefined);
    },
    encode: (value) => (value === "auto" ? value : formatBytes(value)),
  });
}
