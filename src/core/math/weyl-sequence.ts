/**
 * Runs of a Weyl sequence on the 32-bit circle: start + k · step (mod 2^32). With a uniform start every term is
 * uniform. In any stretch of a run the number of terms below a threshold differs from its expectation by one or two,
 * where the difference of independent draws grows with the root of it. After RUN_LINES terms the caller starts another
 * run, and the start chooses the step: lines that recur at a period which a step nearly repeats (for the golden ratio,
 * a Fibonacci number) would be drawn in clumps if the step never changed.
 */

/** Terms of a run, a power of two; enough that an error of a term or two at its ends is small. */
export const RUN_BITS = 9;
export const RUN_LINES: number = 1 << RUN_BITS;
/**
 * 2^32 times the fractions of the golden ratio, √2, √3 and (√13 - 3) / 2. The continued fractions of these numbers have
 * no term above 3, so their multiples lie as far apart as possible (Kuipers & Niederreiter 1974, section 2.3).
 */
const STEPS: Int32Array = Int32Array.of(0x9e3779b9, 0x6a09e667, 0xbb67ae85, 0x4d82b447);

/** Term `n` of the run that begins at `start`, as an unsigned 32-bit number. @param n taken modulo RUN_LINES */
export function weylTerm(start: number, n: number): number {
  return (start + Math.imul(n & (RUN_LINES - 1), STEPS[start & 3])) >>> 0;
}
