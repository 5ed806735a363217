/** What of the day's incidents is left in what a sampler kept. */
import type { Day, Fault } from "./trainticket-day.ts";

/** Every incident statement of a fault shows within this time of its first line. */
const SHOWN_WITHIN_MS = 10_000;

/** Share of incident lines that were kept. */
export function incidentRecall({ isIncident }: Day, kept: Uint8Array): number {
  let lines = 0;
  let found = 0;
  for (const [i, incident] of isIncident.entries()) {
    lines += incident;
    found += incident & (kept[i] ?? 0);
  }
  return found / lines;
}

/** Statements whose first line of the day was kept, and all of them. */
export function firstLines({ lines }: Day, kept: Uint8Array): { readonly kept: number; readonly all: number } {
  const seen = new Map<string, number>();
  for (const [i, { statement }] of lines.entries()) {
    if (!seen.has(statement)) seen.set(statement, kept[i] ?? 0);
  }
  return { kept: [...seen.values()].reduce((sum, first) => sum + first, 0), all: seen.size };
}

/** Faults with an incident statement that had no kept line within 10 s of its first, and which statements these are. */
export function faultsMissed(day: Day, kept: Uint8Array): { readonly fault: Fault; readonly statements: string[] }[] {
  return day.faults
    .map((fault) => ({ fault, statements: statementsMissed(day, kept, fault) }))
    .filter(({ statements }) => statements.length > 0);
}

function statementsMissed({ lines, isIncident }: Day, kept: Uint8Array, { fromMs, toMs }: Fault): string[] {
  const firstMs = new Map<string, number>();
  const shown = new Set<string>();
  for (const [i, { timeMs, statement }] of lines.entries()) {
    if (timeMs < fromMs || timeMs > toMs + SHOWN_WITHIN_MS) continue;
    if (isIncident[i] === 1 && timeMs <= toMs && !firstMs.has(statement)) firstMs.set(statement, timeMs);
    const first = firstMs.get(statement);
    if (kept[i] === 1 && first !== undefined && timeMs - first <= SHOWN_WITHIN_MS) shown.add(statement);
  }
  return [...firstMs.keys()].filter((statement) => !shown.has(statement));
}
