/**
 * Signs a stream of lines outside of the data plane, for the `signature` verb. Every line gets an id at once; `resolve`
 * gives, when all lines are learned from, the pattern that each id is reported as. It remembers the templates of
 * evicted patterns, so its memory grows with the distinct patterns of the input: it is meant for files, not for a
 * service.
 */
import { isSpace } from "./mask/byte-classes.ts";
import { LineHeader } from "./mask/line-header.ts";
import type { SignatureSettings } from "./signature-stage.ts";
import { SignatureStage } from "./signature-stage.ts";

export interface LineSignature {
  /** Published id; "" for a blank line. */
  readonly pattern: string;
  /** Text with a placeholder for every slot: `<num>`, `<ip>`, `<*>`. */
  readonly template: string;
}

const BLANK: LineSignature = { pattern: "", template: "" };
const CARRIAGE_RETURN = 13;

export class LineSigner {
  readonly stage: SignatureStage;
  readonly #header = new LineHeader();
  /** Templates of evicted patterns by id. */
  readonly #evicted = new Map<string, string>();
  /** Results of `resolve` since the last line. */
  readonly #resolved = new Map<string, LineSignature>();

  constructor(settings: SignatureSettings) {
    this.stage = new SignatureStage(settings, { onEvict: (row) => this.#remember(row) });
  }

  #remember(row: number): void {
    const { patterns } = this.stage;
    this.#evicted.set(patterns.id(row), patterns.template(row));
  }

  /** Signs a raw line bytes[start, end): its header gives the severity and is left out; the service is empty. */
  signLine(bytes: Uint8Array, start: number, end: number): LineSignature {
    const last = end > start && bytes[end - 1] === CARRIAGE_RETURN ? end - 1 : end;
    const message = this.#header.strip(bytes, start, last);
    return this.signBody(bytes, message, last, "", this.#header.severity);
  }

  /** Signs a text body. @param severity SeverityNumber, 0..25 */
  signBody(bytes: Uint8Array, start: number, end: number, service: string, severity: number): LineSignature {
    let i = start;
    while (i < end && isSpace(bytes[i])) i++;
    if (i === end) return BLANK;
    this.#resolved.clear();
    const row = this.stage.signBytes(bytes, start, end, service, severity);
    const { patterns } = this.stage;
    return { pattern: patterns.id(row), template: patterns.template(row) };
  }

  /** The pattern that an id given out earlier is reported as now. */
  resolve(signature: LineSignature): LineSignature {
    const { patterns } = this.stage;
    const id = patterns.canonicalId(signature.pattern);
    const known = this.#resolved.get(id);
    if (known !== undefined) return known;
    const row = patterns.find(id);
    const template = row >= 0 ? patterns.template(row) : (this.#evicted.get(id) ?? signature.template);
    const resolved = { pattern: id, template };
    this.#resolved.set(id, resolved);
    return resolved;
  }
}
