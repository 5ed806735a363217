/** How many lines of a pattern are kept because it is news. */
export const FIRST_LINES = 3;
/** A pattern that comes back after this silence is news again, worth one line. */
export const SILENCE_MS: number = 10 * 60_000;
export const RETURN_LINES = 1;
