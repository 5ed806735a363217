/** The built command under load when it is told to stop. `npm run build` makes it. */
import { describe, expect, it, vi } from "vitest";
import type { LoadReport } from "../../../tools/loadgen/client-ledger.ts";
import { startLoad } from "../../../tools/loadgen/load-run.ts";
import type { StandinOptions } from "../../../tools/standin/settings.ts";
import { STANDIN_TOKEN } from "../../../tools/standin/settings.ts";
import type { Standin } from "../../../tools/standin/standin.ts";
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
async function watchReadiness(admin: string): Promise<(number | "gone")[]> {
  const statuses: (number | "gone")[] = [];
  for (;;) {
    const status = await fetch(`${admin}/readyz`).then(
      (response) => response.status,
      () => "gone" as const,
    );
    if (statuses.at(-1) !== status) statuses.push(status);
    if (status === "gone") return statuses;
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
    await vi.waitFor(() => expect(load.report().records.accepted).toBeGreaterThan(3_000), 20_000);
    const readiness = watchReadiness(await command.admin());
    await vi.waitFor(() => expect(standin.stats().records.stored).toBeGreaterThan(0), 20_000);
    command.signal("SIGTERM");
    await command.said("draining");
    load.stop();
    const [exited, report, statuses]: [unknown, LoadReport, unknown] = await Promise.all([
      command.exited,
      load.finished,
      readiness,
    ]);

    expect(exited).toEqual({ code: 0, signal: null, stderr: "" });
    expect(statuses).toEqual([200, 503, "gone"]);
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
    const signalledMs = performance.now();
    command.signal("SIGTERM");

    expect(await command.exited).toEqual({
      code: 1,
      signal: null,
      stderr: "lipservice: stopped at once: queued records are lost\n",
    });
    expect(await command.said("stopped")).toMatchObject({ received: 500, dropped: 500, queued: 0, error: 0 });
    // Far below the 25 s that a drain may take.
    expect(performance.now() - signalledMs).toBeLessThan(10_000);
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
