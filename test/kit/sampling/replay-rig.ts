/** The whole engine under a simulated clock, fed with plain records second by second; billed as an exporter would build it. */
import { engineSettings, REPLAY_IDENTITY } from "../../../src/assembly/engine-settings.ts";
import { Engine } from "../../../src/core/engine/engine.ts";
import type { RecordedDecision } from "../../../src/replay/replay.ts";
import { Replay } from "../../../src/replay/replay.ts";
import type { ReplaySummary } from "../../../src/replay/replay-report.ts";
import { loaded } from "../config-host.ts";
import type { PlainRecord } from "../otlp/record-builder.ts";
import { buildRequest } from "../otlp/record-builder.ts";

export interface RigLine extends PlainRecord {
  readonly service?: string;
  readonly body: string;
}

const START_MS = 1_700_000_000_000;

export class ReplayRig {
  readonly engine: Engine;
  /** Of all records, once the run has ended. */
  readonly decisions: RecordedDecision[] = [];
  readonly #replay: Replay;
  #second = 0;

  constructor(engine: Engine) {
    this.engine = engine;
    this.#replay = new Replay(engine, (decisions) => this.decisions.push(...decisions));
  }

  /** @param linesOf the lines of a second, by its number since the first; they are one request */
  run(seconds: number, linesOf: (second: number) => readonly RigLine[]): void {
    for (let i = 0; i < seconds; i++) {
      const second = this.#second++;
      const time = START_MS + 1000 * second;
      const lines = linesOf(second);
      if (lines.length === 0) continue;
      const services = [...new Set(lines.map(({ service = "shop" }) => service))];
      const request = buildRequest(
        services.map((service) => ({
          resource: { "service.name": service },
          records: lines
            .filter((line) => (line.service ?? "shop") === service)
            .map(({ service: _, ...line }) => ({ time, severityNumber: 9, ...line })),
        })),
      );
      this.#replay.feed({ request, positions: undefined, rejectedAt: [] });
    }
  }

  finish(): ReplaySummary {
    return this.#replay.finish().summary();
  }
}

/** @param set a.b=c, each, as `--set` takes them */
export async function replayRig(set: readonly string[]): Promise<ReplayRig> {
  const config = await loaded("", { overrides: set });
  return new ReplayRig(new Engine(engineSettings(config, REPLAY_IDENTITY, Number.POSITIVE_INFINITY)));
}
