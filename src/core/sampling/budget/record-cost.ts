/**
 * What a kept record costs beyond its content, bytes: its stamps, and the framing of record and envelope. Means, for planning:
 * what requests really cost settles the balance (`allowance.ts`).
 */
const FRAMING_BYTES = 4;
const STAMPS = {
  /** The weight, where it is not 1. */
  none: 32,
  minimal: 70,
  /** Beside these threshold, randomness, reason, policy, uid, and a template of some fifty characters. */
  full: 320,
};

/** @returns bytes to plan for, a record and mode of `sampling.stamp` */
export function stampBytesOf(mode: keyof typeof STAMPS): number {
  return STAMPS[mode] + FRAMING_BYTES;
}
