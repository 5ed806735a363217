/**
 * This instance's part of absolute ceilings that a fleet holds together. A new share is moved to over some seconds, so that
 * neither lanes nor buckets jump; all instances move by the same law, so that parts which add up to one do so on the way.
 */
import { decayOf } from "../../math/decay.ts";

const HALF_LIFE_SECONDS = 5;
/** From here on it has arrived. */
const CLOSE = 1e-6;

export class FleetShare {
  #value: number;
  #wanted: number;

  /** @param share (0, 1]; 1: the ceilings are this instance's own */
  constructor(share: number) {
    this.#value = checked(share);
    this.#wanted = share;
  }

  /** @param share (0, 1], approached from the next tick on */
  set(share: number): void {
    this.#wanted = checked(share);
  }

  tick(seconds: number): void {
    const left = (this.#value - this.#wanted) * decayOf(seconds, HALF_LIFE_SECONDS);
    this.#value = this.#wanted + (Math.abs(left) < CLOSE * this.#wanted ? 0 : left);
  }

  get value(): number {
    return this.#value;
  }
}

function checked(share: number): number {
  if (share > 0 && share <= 1) return share;
  throw new RangeError(`Take a share of the fleet's budget: ${share}, wanted above 0 and at most 1`);
}
