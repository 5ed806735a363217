/** How verbs print: tables for people, JSON for programs. What senders control can steer no terminal in either. */
import { Option } from "commander";
import { oneLine } from "../../src/config/problem.ts";
import type { CliIo } from "./cli-io.ts";

export const OUTPUT_FORMATS = ["table", "json"] as const;
export type OutputFormat = (typeof OUTPUT_FORMATS)[number];

export function outputOption(): Option {
  return new Option("--output <format>", "output format").choices(OUTPUT_FORMATS).default("table");
}

/** JSON with two spaces; characters that JSON allows but terminals obey are escaped. */
export function printJson(io: CliIo, value: unknown): void {
  io.out(JSON.stringify(value, undefined, 2).split("\n").map(oneLineJson).join("\n"));
}

/** oneLine's \uXXXX escapes are JSON's own. */
function oneLineJson(line: string): string {
  return oneLine(line);
}

/**
 * Columns as wide as their widest cell; the last is not padded.
 * @param rows cells of text; control characters are escaped here
 */
export function printTable(io: CliIo, header: readonly string[], rows: readonly (readonly string[])[]): void {
  const lines = [header, ...rows].map((row) => row.map(oneLine));
  const widths = header.map((_, column) => Math.max(...lines.map((line) => (line[column] ?? "").length)));
  for (const line of lines) {
    io.out(
      line.map((cell, column) => (column === line.length - 1 ? cell : cell.padEnd(widths[column] ?? 0))).join("  "),
    );
  }
}

/** Name and value in two columns. */
export function printFields(io: CliIo, fields: readonly (readonly [string, string])[]): void {
  const width = Math.max(...fields.map(([name]) => name.length));
  for (const [name, value] of fields) io.out(`${name.padEnd(width)}  ${oneLine(value)}`.trimEnd());
}

/** At most `length` characters, so that one long template does not widen a table. */
export function shorten(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length - 1)}…`;
}
