/**
 * Runs of a Weyl sequence on the 32-bit circle: start + k · step (mod 2^32). From a start that is uniform, each term is
 * uniform too, and of any stretch of a run the share of terms below a threshold differs from its expectation by a line or
 * two, where independent draws differ by the root of it. A run ends after RUN_LINES terms: a caller begins the next from
 * another start, which chooses another step, because lines that recur at a period which one step nearly repeats (for the
 * golden ratio, a Fibonacci number) would otherwise be drawn in clumps.
 */

/** Terms of a run, a power of two: many enough that a stray term at its ends is small beside them. */
export const RUN_BITS = 9;
export const RUN_LINES: number = 1 << RUN_BITS;
/**
 * 2^32 times the golden ratio, √2, √3 and (√13 - 3) / 2 without their whole parts: numbers whose continued fractions have
 * no term above 3, so that their multiples keep as far apart as possible (Kuipers & Niederreiter 1974, §2.3).
 */
const STEPS: Int32Array = Int32Array.of(0x9e3779b9, 0x6a09e667, 0xbb67ae85, 0x4d82b447);

/** Term `n` of the run that begins at `start`, as an unsigned 32-bit number. @param n taken modulo RUN_LINES */
export function weylTerm(start: number, n: number): number {
  return (start + Math.imul(n & (RUN_LINES - 1), STEPS[start & 3])) >>> 0;
}
