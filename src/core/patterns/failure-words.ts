/**
 * How much a template sounds like trouble. Many senders give no severity, or give all of their lines the same one; what
 * went wrong then stands in the text alone. It only raises the value of a line in the draw and the turn of its floor: a
 * word never puts a line on the ERROR lane, and a false alarm costs its own share of the draw.
 *
 * The lists follow from how programs report failure; none comes from a data set. One pass over at most LONGEST characters,
 * once a pattern.
 */
const FAILURES: ReadonlySet<string> = wordsOf(
  "abort aborted aborting corrupt corrupted corruption crash crashed crashes crashing critical deadlock denied err error",
  "errored errors exception exceptions exhausted fail failed failing fails failure failures fatal forbidden killed panic",
  "panicked refused rejected segfault severe timeout timeouts traceback unauthorized unavailable uncaught unhandled",
  "unreachable violation",
);
const DOUBTS: ReadonlySet<string> = wordsOf(
  "cannot degraded disconnected dropped expired invalid lost missing never none not overload overloaded retries retry",
  "retrying slow throttled unable unexpected unhealthy unknown unsupported warn warning warnings",
);
/** "no errors" and "0 failed" are good news. */
const DENIALS: ReadonlySet<string> = wordsOf("0 no without zero");
/** Names of types: ConnectException, IOError. */
const TYPE_ENDINGS: readonly string[] = ["Exception", "Error"];
const WORD = /[A-Za-z]+|\d+/g;
const LONGEST = 512;

/** Factors of a line's value, in steps of severity: what an ERROR and a WARN are to an INFO. */
export const FAILURE_FACTOR = 4;
export const DOUBT_FACTOR = 2;

/** @returns 1, DOUBT_TONE or FAILURE_TONE */
export function failureFactorOf(template: string): number {
  let tone = 1;
  let before = "";
  for (const [word] of template.slice(0, LONGEST).matchAll(WORD)) {
    const folded = word.toLowerCase();
    if (isFailure(word, folded)) {
      if (!DENIALS.has(before)) return FAILURE_FACTOR;
    } else if (DOUBTS.has(folded)) tone = DOUBT_FACTOR;
    else if (DENIALS.has(before) && before !== "0") tone = DOUBT_FACTOR;
    before = folded;
  }
  return tone;
}

function isFailure(word: string, folded: string): boolean {
  return FAILURES.has(folded) || TYPE_ENDINGS.some((ending) => word.endsWith(ending));
}

function wordsOf(...lines: readonly string[]): ReadonlySet<string> {
  return new Set(lines.join(" ").split(" "));
}
