/** Reads fixed-size content of a LogRecord: times of eight bytes, ids. */

export function isAllZero(bytes: Uint8Array, start: number, length: number): boolean {
  if (bytes[start] !== 0) return false;
  for (let index = 1; index < length; index++) if (bytes[start + index] !== 0) return false;
  return true;
}

/** Fixed64 nanoseconds at `p` as whole milliseconds. */
export function unixMs(bytes: Uint8Array, p: number): number {
  const low = (bytes[p] | (bytes[p + 1] << 8) | (bytes[p + 2] << 16) | (bytes[p + 3] << 24)) >>> 0;
  const high = (bytes[p + 4] | (bytes[p + 5] << 8) | (bytes[p + 6] << 16) | (bytes[p + 7] << 24)) >>> 0;
  // 2^32 nanoseconds are 4294 ms and 967296 ns; split like this, no intermediate result exceeds 2^53.
  return high * 4294 + Math.floor((high * 967_296 + low) / 1_000_000);
}
