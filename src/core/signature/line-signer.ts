/**
 * Signs a stream of lines outside the data plane: the `signature` verb, tests, evaluation. Ids are given out at once;
 * `resolve` tells, when all was learned, what each is reported as. Templates of evicted patterns are remembered, so
 * memory grows with the distinct patterns of the input: meant for files, not for a service.
 */
import { isSpace } from "./mask/byte-classes.ts";
import { LineHeader } from "./mask/line-header.ts";
import type { SignatureSettings } from "./signature-stage.ts";
import { SignatureStage } from "./signature-stage.ts";

export interface LineSignature {
  /** Published id; "" for a blank line. */
  readonly pattern: string;
  /** Text with placeholders for what varies: `<num>`, `<ip>`, `<*>`. */
  readonly template: string;
}

const BLANK: LineSignature = { pattern: "", template: "" };
const CARRIAGE_RETURN = 13;

export class LineSigner {
  readonly stage: SignatureStage;
  readonly #header = new LineHeader();
  readonly #evicted = new Map<string, string>();
  /** Answers of `resolve` since the last line. */
  readonly #resolved = new Map<string, LineSignature>();

  constructor(settings: SignatureSettings) {
    this.stage = new SignatureStage(settings, (row) => this.#evicted.set(this.stage.id(row), this.stage.template(row)));
  }

  /** Signs a raw line bytes[start, end): its header is stripped and gives the severity; the service is empty. */
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
    return { pattern: this.stage.id(row), template: this.stage.template(row) };
  }

  /** What an id given out earlier is reported as now. */
  resolve(signature: LineSignature): LineSignature {
    const id = this.stage.table.ids.canonicalId(signature.pattern);
    const known = this.#resolved.get(id);
    if (known !== undefined) return known;
    const row = this.stage.find(id);
    const template = row >= 0 ? this.stage.template(row) : (this.#evicted.get(id) ?? signature.template);
    const resolved = { pattern: id, template };
    this.#resolved.set(id, resolved);
    return resolved;
  }
}
