/** Names of SeverityNumber. OTLP/JSON forbids them, but senders with a generic JSON mapper for protobuf use them. */
import { SEVERITY_CLASSES } from "../../model/severity.ts";

const PREFIX = "SEVERITY_NUMBER_";
const UNSPECIFIED = "unspecified";

/** "SEVERITY_NUMBER_INFO" is 9, "…_INFO2" is 10; four to a class. */
const NUMBERS: ReadonlyMap<string, number> = new Map(
  SEVERITY_CLASSES.flatMap((name, index): [string, number][] => {
    const upper = `${PREFIX}${name.toUpperCase()}`;
    if (name === UNSPECIFIED) return [[upper, 0]];
    return [1, 2, 3, 4].map((step) => [step === 1 ? upper : `${upper}${step}`, (index - 1) * 4 + step]);
  }),
);

/** The number of an enum name, with or without its prefix; undefined if there is none. */
export function severityNumberOf(name: string): number | undefined {
  return NUMBERS.get(name.startsWith(PREFIX) ? name : `${PREFIX}${name}`);
}
