/**
 * Numbers envelopes by their content: equal bytes get the same number. An envelope is all of a ResourceLogs or
 * ScopeLogs except for its ScopeLogs or LogRecords. The key is the bytes as a string, because the JavaScript engine
 * hashes strings with a secret seed: no sender can make envelopes collide.
 */
export interface Envelope {
  readonly payload: Uint8Array;
  /** Flat pairs start, end: ranges of the payload. */
  readonly ranges: readonly number[];
  /** Bytes of all ranges. */
  readonly size: number;
}

/** Bytes that one call of String.fromCharCode gets as arguments. */
const KEY_CHUNK = 4096;

export function envelopeOf(payload: Uint8Array, ranges: readonly number[]): Envelope {
  let size = 0;
  for (let at = 0; at < ranges.length; at += 2) size += ranges[at + 1] - ranges[at];
  return { payload, ranges, size };
}

export class EnvelopeIndex {
  readonly #numbers = new Map<string, number>();

  /** @param create makes the number of a new envelope */
  numberOf(envelope: Envelope, create: () => number): number {
    const key = keyOf(envelope);
    let number = this.#numbers.get(key);
    if (number === undefined) {
      number = create();
      this.#numbers.set(key, number);
    }
    return number;
  }
}

function keyOf({ payload, ranges }: Envelope): string {
  let key = "";
  for (let at = 0; at < ranges.length; at += 2) {
    for (let p = ranges[at]; p < ranges[at + 1]; p += KEY_CHUNK) {
      key += String.fromCharCode(...payload.subarray(p, Math.min(p + KEY_CHUNK, ranges[at + 1])));
    }
  }
  return key;
}
