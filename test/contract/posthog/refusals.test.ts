/** What the exporter does when the edge refuses: sizes, poison, tokens, quota, encodings, addresses. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { STANDIN_TOKEN } from "../../../tools/standin/settings.ts";
import { HANG_MS } from "../../kit/hang-guard.ts";
import { PosthogRig } from "../../kit/product/posthog-rig.ts";

const MINUTE = 60_000;
const bodies = (count: number): string[] => Array.from({ length: count }, (_, index) => `line ${index}`);

describe("a body over the edge's limit", () => {
  it("is halved until it passes; every record is stored once", async () => {
    const rig = await PosthogRig.start({ standin: { maxRequestBytes: 8_000 } });
    const lines = bodies(1000);
    rig.putBodies(...lines);
    await rig.pass(1000);

    expect(rig.stored.toSorted()).toEqual(lines.toSorted());
    expect(rig.telemetry.total("exportRequest", "posthog", "413")).toBeGreaterThan(0);
    expect(rig.telemetry.ledger.snapshot()).toMatchObject({ forwarded: 1000, dropped: 0, queued: 0, error: 0 });
  });

  it("that is a single long line is cut, marked and counted, and holds nobody up", async () => {
    const rig = await PosthogRig.start();
    rig.putBodies("before", "x".repeat(3 * 1024 * 1024), "after");
    await rig.pass(2000);
    const [cut] = rig.standin.rows({ contains: "xxxx" });

    expect(rig.stored.length).toBe(3);
    expect(cut?.body.length).toBeGreaterThan(800_000);
    expect(cut?.attributes).toEqual({ "lipservice.truncated": "true" });
    expect(rig.telemetry.total("exportRequest", "posthog", "413")).toBe(0);
    expect(rig.telemetry.total("recordsRepaired", "truncated")).toBe(1);
    expect(rig.telemetry.ledger.snapshot()).toMatchObject({ forwarded: 3, dropped: 0, queued: 0, error: 0 });
  });

  it("that is a single record with nothing to cut is lost once, counted, and holds nobody up", async () => {
    const rig = await PosthogRig.start();
    const large = { body: "small", attributes: { large: "x".repeat(3 * 1024 * 1024) } };
    rig.put([{ body: "before" }, large, { body: "after" }]);
    await rig.pass(2000);

    expect(rig.stored.toSorted()).toEqual(["after", "before"]);
    expect(rig.telemetry.ledger.snapshot()).toMatchObject({ forwarded: 2, dropped: 1, queued: 0, error: 0 });
    expect(rig.telemetry.total("exportRecords", "posthog", "dropped")).toBe(1);
  });
});

describe("one bad record in a hundred", () => {
  it("never reaches the edge as such: its timestamp is repaired", async () => {
    const rig = await PosthogRig.start();
    const records = bodies(100).map((body, index) => ({ body, time: index === 42 ? 2n ** 63n : rig.env.wallMs }));
    rig.put(records);
    await rig.pass(1000);

    expect(rig.stored.length).toBe(100);
    expect(rig.telemetry.total("exportRequest", "posthog")).toBe(1);
    rig.putBodies("ordinary");
    await rig.pass(1000);
    expect(rig.telemetry.total("recordsRepaired", "timestamp")).toBe(1);
  });

  it("costs only itself when it does reach the edge", async () => {
    const rig = await PosthogRig.start({ otlphttp: {} });
    rig.put(bodies(100).map((body, index) => ({ body, time: index === 42 ? 2n ** 63n : rig.env.wallMs })));
    await rig.pass(1000);

    expect(rig.stored.toSorted()).toEqual(
      bodies(100)
        .filter((body) => body !== "line 42")
        .toSorted(),
    );
    expect(rig.telemetry.total("exportRequest", "otlphttp")).toBeLessThanOrEqual(2 * 7 + 1);
    expect(rig.telemetry.ledger.snapshot()).toMatchObject({ forwarded: 99, dropped: 1, queued: 0, error: 0 });
  });
});

describe("a refused token", () => {
  it("stops the start when its shape is wrong", async () => {
    for (const apiKey of ["", "phx_personal", `phc_${"x".repeat(61)}`, "phc_🦀", "phc_a b", "phc_a\0"]) {
      await expect(PosthogRig.start({ posthog: { apiKey } })).rejects.toThrow(/project API key/);
    }
  });

  it("at run time keeps everything, says so, and asks again every five minutes", async () => {
    const rig = await PosthogRig.start({ standin: { switches: { droppedTokens: [STANDIN_TOKEN] } } });
    for (let entry = 0; entry < 50; entry++) rig.putBodies(`line ${entry}`);
    for (let minute = 0; minute < 60; minute++) await rig.pass(MINUTE);

    expect(rig.standin.stats().requests.total).toBe(12);
    expect(rig.exporter.state).toMatchObject({
      mode: "holding",
      message: expect.stringMatching(/check the project API key/),
    });
    expect(rig.exporter.health?.()).toMatchObject({ state: "failing" });
    expect(rig.telemetry.ledger.snapshot()).toMatchObject({ queued: 50, dropped: 0, error: 0 });
    rig.standin.setSwitches({ droppedTokens: [] });
    await rig.pass(5 * MINUTE);
    await rig.pass(1000);

    expect(rig.stored.length).toBe(50);
    expect(rig.exporter.health?.()).toEqual({ state: "ok" });
  });

  it("is replaced from its file within a minute, and everything kept meanwhile is sent", async () => {
    const folder = await mkdtemp(join(tmpdir(), "lipservice-key-"));
    onTestFinished(() => rm(folder, { recursive: true }));
    const apiKeyFile = join(folder, "key");
    await writeFile(apiKeyFile, "phc_rotated_away");
    const rig = await PosthogRig.start({
      posthog: { apiKey: "phc_rotated_away", apiKeyFile },
      standin: { switches: { unknownTokens: "reject" } },
    });
    rig.putBodies("kept");
    await rig.pass(10_000);
    expect(rig.exporter.state.mode).toBe("holding");
    await writeFile(apiKeyFile, `${STANDIN_TOKEN}\n`);
    await rig.pass(MINUTE);
    // The file is read for real, in its own time.
    await vi.waitFor(() => expect(rig.stored).toEqual(["kept"]), HANG_MS);
    await rig.quiet();

    expect(rig.env.monoMs).toBeLessThan(2 * MINUTE);
    expect(rig.exporter.state.mode).toBe("sending");
  });

  it("that no project has is 200 and silence in one variant, 401 and a hold in the other", async () => {
    const silent = await PosthogRig.start({ posthog: { apiKey: "phc_of_nobody" } });
    silent.putBodies("lost behind the edge");
    await silent.pass(1000);
    expect(silent.telemetry.ledger.snapshot()).toMatchObject({ forwarded: 1, error: 0 });
    expect(silent.standin.stats().records).toMatchObject({ stored: 0, dropped: { team_not_found: 1 } });
    const strict = await PosthogRig.start({
      posthog: { apiKey: "phc_of_nobody" },
      standin: { switches: { unknownTokens: "reject" } },
    });
    strict.putBodies("kept");
    await strict.pass(1000);

    expect(strict.exporter.state.mode).toBe("holding");
    expect(strict.telemetry.ledger.snapshot()).toMatchObject({ queued: 1, error: 0 });
  });

  it("always travels with its scheme, trimmed", async () => {
    const rig = await PosthogRig.start({ posthog: { apiKey: `  ${STANDIN_TOKEN}\n` } });
    rig.putBodies("one");
    await rig.pass(1000);

    expect(rig.standin.rows()[0]?.token).toBe(STANDIN_TOKEN);
    expect(rig.standin.stats().rejected).toMatchObject({ missing_token: 0, invalid_token: 0 });
  });
});

describe("an exhausted quota", () => {
  it("that is answered 429 pauses for the fifteen minutes it asks for, with a bounded queue", async () => {
    const overQuota = { quota: "429", overQuotaTokens: [STANDIN_TOKEN] } as const;
    const rig = await PosthogRig.start({ standin: { switches: overQuota }, maxQueueBytes: 20_000 });
    rig.putBodies("first");
    await rig.pass(1000);
    let refused = 0;
    for (let entry = 0; entry < 500; entry++) if (!rig.put([{ body: "x".repeat(100) }])) refused++;
    expect(refused).toBeGreaterThan(400);
    for (let minute = 0; minute < 14; minute++) await rig.pass(MINUTE);
    expect(rig.standin.stats().requests.total).toBe(1);
    expect(rig.exporter.state.mode).toBe("holding");
    rig.standin.setSwitches({ overQuotaTokens: [] });
    await rig.pass(5 * MINUTE);
    await rig.pass(1000);

    expect(rig.stored.length).toBe(1 + 500 - refused);
    expect(rig.queue.fill()).toBe(0);
    expect(rig.telemetry.ledger.snapshot()).toMatchObject({ dropped: 0, queued: 0, error: 0 });
  });

  it("that is answered 200 looks like success: only the destination knows", async () => {
    const rig = await PosthogRig.start({ standin: { switches: { overQuotaTokens: [STANDIN_TOKEN] } } });
    rig.putBodies("dropped behind the edge");
    await rig.pass(1000);

    expect(rig.telemetry.ledger.snapshot()).toMatchObject({ forwarded: 1, error: 0 });
    expect(rig.standin.stats().records.stored).toBe(0);
  });
});

describe("a refused encoding or address", () => {
  it("415 turns compression off, once, and loses nothing", async () => {
    const rig = await PosthogRig.start();
    rig.standin.setFaults([{ fault: { kind: "status", status: 415 }, times: 1 }]);
    rig.putBodies("one");
    await rig.pass(1000);
    const { wire, decoded } = rig.standin.stats().bytes;

    expect(rig.stored).toEqual(["one"]);
    expect(rig.telemetry.total("exportRequest", "posthog", "415")).toBe(1);
    expect(wire).toBeGreaterThan(decoded);
  });

  it("a wrong path or a redirect holds everything for a person to look at", async () => {
    for (const status of [404, 405, 302, 308]) {
      const rig = await PosthogRig.start();
      rig.standin.setFaults([{ fault: { kind: "status", status } }]);
      rig.putBodies("one");
      for (let minute = 0; minute < 20; minute++) await rig.pass(MINUTE);

      expect(rig.standin.stats().requests.total).toBe(4);
      expect(rig.exporter.state).toMatchObject({ mode: "holding", message: expect.stringMatching(/check the host/) });
      expect(rig.telemetry.ledger.snapshot()).toMatchObject({ queued: 1, dropped: 0, error: 0 });
    }
  });
});
