/** Small memory limits under more than fits: nothing is killed, senders are told to come back, and soon are served. */
import { readFileSync } from "node:fs";
import { describe, expect, it, vi } from "vitest";
import type { LoadTarget } from "../../../tools/loadgen/settings.ts";
import { STANDIN_TOKEN } from "../../../tools/standin/settings.ts";
import { HANG_MS } from "../../kit/hang-guard.ts";
import { otlpClient } from "../../kit/otlp/otlp-client.ts";
import { buildRequest } from "../../kit/otlp/record-builder.ts";
import { memoryGroupForTest, memoryGroupProblem } from "../../kit/product/memory-group.ts";
import { RunningCommand } from "../../kit/product/running-command.ts";
import { standinForTest } from "../../kit/product/standin.ts";

const MIB = 1024 * 1024;
const ROUNDS = 3;
/** Bytes of a request, and how many come at once. */
const LOADS = [
  [500_000, 64],
  [2_000_000, 16],
  [10_000_000, 16],
] as const;

const groupProblem = memoryGroupProblem();

function requestOf(bytes: number): Uint8Array {
  const lineBytes = Math.min(5_000, bytes / 20);
  const records = Array.from({ length: Math.round(bytes / lineBytes) }, (_, i) => ({
    time: Date.now(),
    body: `event ${i} ${"abc def ".repeat(lineBytes / 8)}`,
  }));
  return buildRequest([{ resource: { "service.name": "shop" }, records }]);
}

async function run(settings: readonly string[], group?: string): Promise<[RunningCommand, LoadTarget[]]> {
  const standin = await standinForTest();
  const env = { POSTHOG_HOST: standin.url, POSTHOG_API_KEY: STANDIN_TOKEN, LIPSERVICE_KEEP_RATIO: "0.3" };
  const command = new RunningCommand(settings, env, group);
  return [command, await command.targets()];
}

/** @returns what was answered over all rounds, by kind */
async function flood(target: LoadTarget): Promise<Set<string>> {
  const kinds = new Set<string>();
  const clients = Array.from({ length: 64 }, () => otlpClient(target));
  for (const [bytes, atOnce] of LOADS) {
    const body = requestOf(bytes);
    for (let round = 0; round < ROUNDS; round++) {
      const outcomes = await Promise.all(clients.slice(0, atOnce).map((client) => client.send(body)));
      for (const { kind } of outcomes) kinds.add(kind);
    }
  }
  return kinds;
}

/** Most that was ever resident without the pages of files, which the kernel takes back when it needs them. Bytes. */
function peakOf(command: RunningCommand): number {
  const status = readFileSync(`/proc/${command.pid}/status`, "utf8");
  const kib = (field: string): number => Number(new RegExp(`^${field}:\\s+(\\d+) kB$`, "m").exec(status)?.[1]);
  return (kib("VmHWM") - kib("RssFile")) * 1024;
}

/** How soon is the machine's matter. */
async function expectServedAgain(target: LoadTarget): Promise<void> {
  const client = otlpClient(target);
  const small = requestOf(100_000);
  await vi.waitFor(async () => expect(await client.send(small)).toMatchObject({ kind: "accepted" }), {
    timeout: HANG_MS,
    interval: 250,
  });
}

describe("limits.memory", () => {
  it("is kept under more than fits, over both transports, and everyone is served again", async () => {
    const [command, targets] = await run(["limits.memory=200MiB"]);

    for (const target of targets) {
      expect([...(await flood(target))].sort()).toEqual(["accepted", "refused"]);
      await expectServedAgain(target);
    }

    if (process.platform === "linux") expect(peakOf(command)).toBeLessThan(0.9 * 200 * MIB);
    command.signal("SIGTERM");
    expect(await command.exited).toMatchObject({ code: 0, signal: null });
  });
});

describe.skipIf(groupProblem !== undefined)(`a control group of 192 MiB (${groupProblem ?? "can be made"})`, () => {
  it("kills nobody under more than fits, over both transports, and everyone is served again", async () => {
    const group = memoryGroupForTest(192 * MIB);
    const [command, targets] = await run([], group.procsFile);

    for (const target of targets) {
      // How many fit beside a process that has just started is the machine's matter; none may fail in another way.
      const kinds = await flood(target);
      expect([[...kinds].filter((kind) => kind !== "accepted" && kind !== "refused"), group.kills()]).toEqual([[], 0]);
      await expectServedAgain(target);
    }

    expect(group.kills()).toBe(0);
    command.signal("SIGTERM");
    expect(await command.exited).toMatchObject({ code: 0, signal: null });
  });
});
