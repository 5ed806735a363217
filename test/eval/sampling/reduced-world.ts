/** Requests of a small world, made once and kept: the same traffic for as many seeds of the draw as one likes. */
import { NO_INCIDENTS } from "./world/script.ts";
import { World } from "./world/world.ts";

export interface RecordedRequest {
  readonly bytes: Uint8Array;
  readonly patterns: Int32Array;
  readonly second: number;
  readonly timeMs: number;
}

export interface ReducedSettings {
  readonly seed: number;
  readonly seconds: number;
  readonly linesPerSecond: number;
  readonly patterns: number;
}

export function recordWorld({ seconds, ...settings }: ReducedSettings): RecordedRequest[] {
  const script = { ...NO_INCIDENTS, seconds, warmUpSeconds: 0, steady: { from: 0, to: seconds } };
  const world = new World({ ...settings, script });
  const requests: RecordedRequest[] = [];
  for (let second = 0; second < seconds; second++) {
    world.second(second, ({ bytes, length, patterns, records, timeMs }) => {
      requests.push({ bytes: bytes.slice(0, length), patterns: patterns.slice(0, records), second, timeMs });
    });
  }
  return requests;
}

export function bytesPerSecond(requests: readonly RecordedRequest[], seconds: number): number {
  return requests.reduce((sum, { bytes }) => sum + bytes.length, 0) / seconds;
}
