/**
 * Sizes and durations as people write them, and back. Sizes resolve to bytes, durations to milliseconds.
 * Printing is exact: what is printed reads as the same number.
 */
const BYTE_UNITS: ReadonlyMap<string, number> = new Map([
  ["tib", 2 ** 40],
  ["gib", 2 ** 30],
  ["mib", 2 ** 20],
  ["kib", 2 ** 10],
  ["tb", 1e12],
  ["gb", 1e9],
  ["mb", 1e6],
  ["kb", 1e3],
  // Kubernetes spells the binary units without the B; its decimal M and k are refused as ambiguous.
  ["ti", 2 ** 40],
  ["gi", 2 ** 30],
  ["mi", 2 ** 20],
  ["ki", 2 ** 10],
  ["b", 1],
  ["", 1],
]);

const PRINTED_BYTE_UNITS: readonly (readonly [string, number])[] = [
  ["TiB", 2 ** 40],
  ["GiB", 2 ** 30],
  ["MiB", 2 ** 20],
  ["KiB", 2 ** 10],
  ["TB", 1e12],
  ["GB", 1e9],
  ["MB", 1e6],
  ["KB", 1e3],
];

const DURATION_UNITS: ReadonlyMap<string, number> = new Map([
  ["ms", 1],
  ["s", 1_000],
  ["m", 60_000],
  ["h", 3_600_000],
  ["d", 86_400_000],
]);

const PRINTED_DURATION_UNITS: readonly (readonly [string, number])[] = [
  ["d", 86_400_000],
  ["h", 3_600_000],
  ["m", 60_000],
  ["s", 1_000],
  ["ms", 1],
];

/**
 * @param text 64MiB, 900KB, 5 GB, 512Mi, 1048576; upper or lower case, fractions allowed
 * @returns whole bytes, or undefined when it is no size
 */
export function parseBytes(text: string): number | undefined {
  const match = /^(\d{1,15}(?:\.\d{1,9})?)\s*([A-Za-z]{0,3})$/.exec(text.trim());
  const factor = BYTE_UNITS.get((match?.[2] ?? "?").toLowerCase());
  if (match === null || factor === undefined) return undefined;
  const bytes = Math.round(Number(match[1]) * factor);
  return Number.isSafeInteger(bytes) ? bytes : undefined;
}

/** The shortest exact spelling: 64MiB, 900KB, 1500 (a number of bytes without a unit when none divides it). */
export function formatBytes(bytes: number): string | number {
  const unit = bytes === 0 ? undefined : PRINTED_BYTE_UNITS.find(([, factor]) => bytes % factor === 0);
  return unit === undefined ? bytes : `${bytes / unit[1]}${unit[0]}`;
}

/**
 * @param text 30s, 1m, 24h, 30d, 500ms, 1h30m, or a plain number of seconds
 * @returns whole milliseconds, or undefined when it is no duration
 */
export function parseDuration(text: string): number | undefined {
  const plain = text.trim();
  if (/^\d{1,15}(\.\d{1,3})?$/.test(plain)) return Math.round(Number(plain) * 1_000);
  if (!/^(\d{1,15}(\.\d{1,3})?(ms|s|m|h|d))+$/.test(plain)) return undefined;
  const parts = [...plain.matchAll(/([\d.]+)(ms|s|m|h|d)/g)];
  const total = parts.reduce((sum, part) => sum + Number(part[1]) * (DURATION_UNITS.get(part[2] ?? "") ?? 0), 0);
  return Number.isSafeInteger(Math.round(total)) ? Math.round(total) : undefined;
}

/** The shortest exact spelling in one unit: 90s, 1h, 30d, 1500ms. */
export function formatDuration(milliseconds: number): string {
  const unit = PRINTED_DURATION_UNITS.find(([, factor]) => milliseconds % factor === 0);
  return milliseconds === 0 || unit === undefined ? `${milliseconds / 1_000}s` : `${milliseconds / unit[1]}${unit[0]}`;
}
