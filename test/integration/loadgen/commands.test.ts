/** The commands `loadgen` and `standin` as a terminal sees them: lines, exit codes, and how they end. */
import { describe, expect, it } from "vitest";
import { runLoadgen } from "../../../tools/loadgen/run-loadgen.ts";
import { runStandin } from "../../../tools/standin/run-standin.ts";
import { STANDIN_TOKEN } from "../../../tools/standin/settings.ts";
import { REAL_ENVIRONMENT, standinForTest } from "../../kit/product/standin.ts";

/** A terminal that remembers; `stop` is Ctrl-C. */
function terminal() {
  const lines: string[] = [];
  const errors: string[] = [];
  const interrupt = new AbortController();
  let printed = (): void => undefined;
  return {
    lines,
    errors,
    stop: () => interrupt.abort(),
    firstLine: new Promise<void>((resolve) => {
      printed = resolve;
    }),
    io: {
      environment: REAL_ENVIRONMENT,
      signal: interrupt.signal,
      err: (line: string) => void errors.push(line),
      out: (line: string) => {
        lines.push(line);
        printed();
      },
    },
  };
}

const SMALL = {
  batchRecords: 100,
  maxRecords: 500,
  recordsPerSecond: 0,
  poolBytes: 50_000,
  progress: false,
  headers: { authorization: `Bearer ${STANDIN_TOKEN}` },
} as const;

describe("loadgen", () => {
  it("exits 0 with a report when every record was acknowledged", async () => {
    const standin = await standinForTest();
    const { io, lines } = terminal();

    const code = await runLoadgen({ ...SMALL, targets: [{ transport: "http", endpoint: standin.url }] }, io);

    expect(code).toBe(0);
    expect(lines[0]).toBe("records   offered 500, accepted 500, rejected 0, refused 0, abandoned 0, skipped 0");
    expect(lines[1]).toBe("requests  5, retries 0, attempts: ok 5");
  });

  it("prints the report as JSON on request", async () => {
    const standin = await standinForTest();
    const { io, lines } = terminal();
    const targets = [{ transport: "http", endpoint: standin.url }] as const;

    await runLoadgen({ ...SMALL, targets, output: "json" }, io);

    expect(lines).toHaveLength(1);
    expect(JSON.parse(lines[0]!)).toMatchObject({ records: { accepted: 500 }, attempts: { ok: 5 } });
  });

  it("exits 1 when records were lost, 2 for options that contradict, 3 when nobody answers", async () => {
    const standin = await standinForTest();
    standin.setFaults([{ fault: { kind: "status", status: 400 }, times: 1 }]);
    const targets = [{ transport: "http", endpoint: standin.url }] as const;
    const { io, errors } = terminal();

    expect(await runLoadgen({ ...SMALL, targets }, io)).toBe(1);
    expect(await runLoadgen({ ...SMALL, targets: [] }, io)).toBe(2);
    expect(errors).toEqual(["Send load: no target, wanted at least one endpoint"]);
    await standin.refuseConnections();
    expect(await runLoadgen({ ...SMALL, targets, patienceMs: 100 }, io)).toBe(3);
  });

  it("ends on Ctrl-C with what it has", async () => {
    const standin = await standinForTest();
    const { io, lines, stop } = terminal();
    const targets = [{ transport: "http", endpoint: standin.url }] as const;

    const running = runLoadgen({ ...SMALL, targets, maxRecords: Number.POSITIVE_INFINITY }, io);
    while (standin.stats().records.stored < 300) await new Promise((resolve) => setImmediate(resolve));
    stop();

    expect(await running).toBe(0);
    expect(lines[0]).toMatch(/^records {3}offered \d+, accepted \d+, rejected 0/);
  });
});

describe("standin", () => {
  it("says where it listens, runs until it is told to stop, and says what it saw", async () => {
    const { io, lines, stop, firstLine } = terminal();
    const running = runStandin({}, io);
    await firstLine;
    const capture = /capture (\S+)\/i\/v1\/logs, management (\S+)$/.exec(lines[0]!);

    expect((await fetch(`${capture![2]}/_liveness`)).status).toBe(200);
    const loaded = await runLoadgen(
      { ...SMALL, targets: [{ transport: "http", endpoint: capture![1]! }] },
      terminal().io,
    );
    stop();

    expect([loaded, await running]).toEqual([0, 0]);
    expect(lines[1]).toMatch(/^5 requests, 500 records accepted, 500 stored, \d+ bytes billed$/);
    await expect(fetch(`${capture![2]}/_liveness`)).rejects.toThrow();
  });

  it("exits 1 with a sentence when its port is taken", async () => {
    const standin = await standinForTest();
    const { io, errors } = terminal();

    const code = await runStandin({ port: Number(new URL(standin.url).port) }, io);

    expect(code).toBe(1);
    expect(errors[0]).toMatch(/^Start the stand-in: .*EADDRINUSE.*, choose another port$/);
  });
});
