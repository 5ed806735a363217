/**
 * Envelopes (all of a ResourceLogs or ScopeLogs but what it contains) by content: equal bytes get the same number.
 * The bytes themselves are the key, as a string: the engine hashes strings with a secret seed, so that no sender can
 * make envelopes collide.
 */
export interface Envelope {
  readonly payload: Uint8Array;
  /** Flat pairs start,end into the payload. */
  readonly ranges: readonly number[];
  /** Sum of the ranges. */
  readonly size: number;
}

/** Bytes that String.fromCharCode may take as arguments at once. */
const KEY_CHUNK = 4096;

export function envelopeOf(payload: Uint8Array, ranges: readonly number[]): Envelope {
  let size = 0;
  for (let at = 0; at < ranges.length; at += 2) size += ranges[at + 1] - ranges[at];
  return { payload, ranges, size };
}

export class EnvelopeIndex {
  readonly #numbers = new Map<string, number>();

  /** @returns the number of this envelope, made by `create` when it is new */
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
