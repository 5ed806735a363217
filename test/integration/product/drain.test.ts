/** The built command under load when it is told to stop. `npm run build` makes it. */
import { describe, expect, it, vi } from "vitest";
import type { LoadReport } from "../../../tools/loadgen/client-ledger.ts";
import { startLoad } from "../../../tools/loadgen/load-run.ts";
import type { StandinOptions } from "../../../tools/standin/settings.ts";
import { STANDIN_TOKEN } from "../../../tools/standin/settings.ts";
import type { Standin } from "../../../tools/standin/standin.ts";
import { HANG_MS } from "../../kit/hang-guard.ts";
import { RunningCommand } from "../../kit/product/running-command.ts";
import { REAL_ENVIRONMENT, standinForTest } from "../../kit/product/standin.ts";

async function start(
  settings: readonly string[] = [],
  options: Partial<StandinOptions> = {},
): Promise<{ command: RunningCommand; standin: Standin }> {
  const standin = await standinForTest(options);
  const command = new RunningCommand(settings, { POSTHOG_HOST: standin.url, POSTHOG_API_KEY: STANDIN_TOKEN });
  return { command, standin };
}

/** Statuses of /readyz in order, each once a change, until nobody answers any more. */
class Readiness {
  readonly statuses: (number | "gone")[] = [];
  readonly gone: Promise<void>;

  constructor(admin: string) {
    this.gone = this.#watch(admin);
  }

  async seen(status: number): Promise<void> {
    await vi.waitFor(() => expect(this.statuses).toContain(status), HANG_MS);
  }

  async #watch(admin: string): Promise<void> {
    while (this.statuses.at(-1) !== "gone") {
      const status = await fetch(`${admin}/readyz`).then(
        (response) => response.status,
        () => "gone" as const,
      );
      if (this.statuses.at(-1) !== status) this.statuses.push(status);
    }
  }
}

describe("lipservice run", () => {
  it("drains at SIGTERM under load: readiness turns first, everything accepted arrives, exit code 0", async () => {
    // Observing, so that what arrives can be counted against what was accepted.
    const { command, standin } = await start(["sampling.mode=observe"], { decode: false });
    standin.setFaults([{ fault: { kind: "delay", delayMs: 300 } }]);
    const load = startLoad(
      {
        targets: await command.targets(),
        recordsPerSecond: 3_000,
        batchRecords: 100,
        poolBytes: 2 ** 21,
        patienceMs: 1_000,
        drainMs: 100,
      },
      REAL_ENVIRONMENT,
    );
    await vi.waitFor(() => expect(load.report().records.accepted).toBeGreaterThan(3_000), HANG_MS);
    const readiness = new Readiness(await command.admin());
    await readiness.seen(200);
    await vi.waitFor(() => expect(standin.stats().records.stored).toBeGreaterThan(0), HANG_MS);
    // The drain lasts until its readiness was read, however slowly that goes.
    standin.setFaults([{ fault: { kind: "status", status: 503 } }]);
    command.signal("SIGTERM");
    await command.said("draining");
    load.stop();
    await readiness.seen(503);
    standin.setFaults([]);
    const [exited, report]: [unknown, LoadReport, unknown] = await Promise.all([
      command.exited,
      load.finished,
      readiness.gone,
    ]);

    expect(exited).toEqual({ code: 0, signal: null, stderr: "" });
    expect(readiness.statuses).toEqual([200, 503, "gone"]);
    const ledger = await command.said("stopped");
    expect(ledger).toMatchObject({ error: 0, dropped: 0, rejected: 0, queued: 0, held: 0, sampledOut: 0 });
    expect(ledger["received"]).toBeGreaterThanOrEqual(report.records.accepted);
    expect(ledger["received"]).toBeLessThanOrEqual(report.records.accepted + report.maybeDuplicated);
    expect(standin.stats().records.stored).toBe(ledger["forwarded"]);
    expect(ledger["forwarded"]).toBe(ledger["received"]);
  });

  it("ends at once at the second SIGTERM, and says what that cost", async () => {
    const { command, standin } = await start();
    standin.setFaults([{ fault: { kind: "hang" } }]);
    await startLoad(
      { targets: await command.targets(), maxRecords: 500, batchRecords: 100, recordsPerSecond: 0, poolBytes: 2 ** 18 },
      REAL_ENVIRONMENT,
    ).finished;
    command.signal("SIGTERM");
    await command.said("draining");
    command.signal("SIGTERM");

    expect(await command.exited).toEqual({
      code: 1,
      signal: null,
      stderr: "lipservice: stopped at once: queued records are lost\n",
    });
    // A drain that went on would have dropped nothing before its deadline.
    expect(await command.said("stopped")).toMatchObject({ received: 500, dropped: 500, queued: 0, error: 0 });
  });

  it("ends at once with code 0 when there is nothing to drain", async () => {
    const { command } = await start();
    await command.said("lipservice is ready");
    command.signal("SIGINT");

    expect(await command.exited).toEqual({ code: 0, signal: null, stderr: "" });
  });

  it.each(["grpc", "http"] as const)(
    "fails with one sentence when the port of the %s receiver is taken",
    async (protocol) => {
      const first = await start();
      const taken = (await first.command.targets()).find(({ transport }) => transport === protocol)?.endpoint ?? "";
      const endpoint = taken.replace("http://", "");
      const second = await start([`receivers.otlp.protocols.${protocol}.endpoint=${endpoint}`]);
      const { code, stderr } = await second.command.exited;

      expect(code).toBe(1);
      expect(stderr).toBe(
        `lipservice: receiver/otlp/${protocol} could not start: cannot listen on ${endpoint}: the port is in use; stop the other process or choose another port (receivers.otlp.protocols.${protocol}.endpoint)\n`,
      );
      expect((await fetch(`${await first.command.admin()}/readyz`)).status).toBe(200);
    },
  );
});
