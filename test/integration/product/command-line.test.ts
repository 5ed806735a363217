/** Verbs of the built command against the live product: what they print, what they change, and their exit codes. */
import { describe, expect, it } from "vitest";
import type { Page } from "../../../src/admin/shapes/page.ts";
import type { PatternRow } from "../../../src/admin/shapes/patterns.ts";
import { STANDIN_TOKEN } from "../../../tools/standin/settings.ts";
import { HANG_MS } from "../../kit/hang-guard.ts";
import type { CommandResult } from "../../kit/product/command-line.ts";
import { lipservice } from "../../kit/product/command-line.ts";
import type { RunningProduct } from "../../kit/product/product.ts";
import { productForTest } from "../../kit/product/product.ts";
import { lines, SteadyTraffic } from "../../kit/product/steady-traffic.ts";
import { applicationRows } from "../../kit/sampling/kept-rows.ts";

async function busyProduct(): Promise<{ running: RunningProduct; traffic: SteadyTraffic }> {
  const running = await productForTest({ set: ["sampling.budget.keep_ratio=0.05", "sampling.context.max_bytes=0"] });
  const traffic = new SteadyTraffic(running);
  await say(traffic, 10);
  return { running, traffic };
}

function say(traffic: SteadyTraffic, seconds: number): Promise<void> {
  return traffic.pass(seconds, (second) =>
    ["shop", "bank"].flatMap((service) =>
      lines(40, (i) => ({ service, body: `order ${second * 40 + i} accepted`, attributes: { second } })),
    ),
  );
}

function command(running: RunningProduct, args: readonly string[], stdin = ""): Promise<CommandResult> {
  return lipservice([...args, "--admin", running.admin], { stdin });
}

function rowsOf(running: RunningProduct, service: string, from: number): number {
  const rows = applicationRows(running.standin.rows());
  return rows.filter((row) => row.service_name === service && Number(row.attributes["second"]) >= from).length;
}

describe("lipservice health", () => {
  it("ends with 0 while nothing fails, with 1 when the destination refuses the key, and is ready all the same", async () => {
    const running = await productForTest();
    expect(await command(running, ["health"])).toMatchObject({
      code: 0,
      stdout: expect.stringContaining("posthog"),
      stderr: "",
    });
    running.standin.setSwitches({ droppedTokens: [STANDIN_TOKEN] });
    await new SteadyTraffic(running).send([{ service: "shop", body: "a line" }]);
    await expect.poll(async () => (await command(running, ["health"])).code, { timeout: HANG_MS }).toBe(1);

    expect(await command(running, ["health", "--ready"])).toEqual({ code: 0, stdout: "ready\n", stderr: "" });
    running.standin.setSwitches({ droppedTokens: [] });
    running.clock.skip(6 * 60_000);
    await new SteadyTraffic(running).send([{ service: "shop", body: "a line" }]);
    await running.settled();
    expect((await command(running, ["health"])).code).toBe(0);
  });
});

describe("lipservice doctor", () => {
  it("finds nothing wrong with a busy instance, then a refused key and what a bypass costs", async () => {
    const { running, traffic } = await busyProduct();
    expect(await command(running, ["doctor"])).toEqual({ code: 0, stdout: "nothing is wrong\n", stderr: "" });

    running.standin.setSwitches({ droppedTokens: [STANDIN_TOKEN] });
    await command(running, ["bypass", "shop", "--for", "30m"]);
    await say(traffic, 5);
    const found = async (): Promise<string[]> => {
      const { code, stdout } = await command(running, ["doctor", "--output", "json"]);
      const { items }: { items: { check: string }[] } = JSON.parse(stdout);
      return [String(code), ...items.map(({ check }) => check)];
    };
    await expect
      .poll(found, { timeout: HANG_MS })
      .toEqual(expect.arrayContaining(["1", "exporter posthog", "over budget by bypass"]));
    running.standin.setSwitches({ droppedTokens: [] });
    running.clock.skip(6 * 60_000);
  });
});

describe("lipservice patterns", () => {
  it("lists and shows what the instance knows, as a table and as JSON; an unknown id ends with 1", async () => {
    const { running } = await busyProduct();
    const table = await command(running, ["patterns", "--service", "shop"]);
    const json = await command(running, ["patterns", "list", "--output", "json"]);
    const { items }: Page<PatternRow> = JSON.parse(json.stdout);

    expect(table).toMatchObject({ code: 0, stderr: "" });
    expect(table.stdout).toContain("order <num> accepted");
    expect(items.map(({ service, records }) => [service, records]).sort()).toEqual([
      ["bank", 400],
      ["shop", 400],
    ]);
    const shown = await command(running, ["patterns", "show", items[0]?.id ?? ""]);
    expect(shown).toMatchObject({ code: 0, stderr: "" });
    expect(shown.stdout).toContain(items[0]?.id);
    expect((await command(running, ["patterns", "show", "1AAAAAAAAAAA"])).code).toBe(1);
    expect((await command(running, ["patterns", "--sort", "beauty"])).code).toBeGreaterThan(0);
  });
});

describe("lipservice explain", () => {
  it("explains a line of text, of ndjson and of OTLP/JSON alike", async () => {
    const { running } = await busyProduct();
    const otlp = {
      resourceLogs: [
        {
          resource: { attributes: [{ key: "service.name", value: { stringValue: "shop" } }] },
          scopeLogs: [{ logRecords: [{ severityNumber: 9, body: { stringValue: "order 3 accepted" } }] }],
        },
      ],
    };
    const input = [
      JSON.stringify({ body: "order 2 accepted", service: "shop", severity_text: "INFO" }),
      JSON.stringify(otlp),
    ].join("\n");
    const explained = await command(running, ["explain", "--output", "json"], `${input}\n`);
    const text = await command(
      running,
      ["explain", "--format", "text", "--service", "shop", "--severity", "info", "--output", "json"],
      "order 4 accepted\n",
    );

    const traces: { pattern: string; known: boolean; reason: string }[] = [
      ...JSON.parse(explained.stdout).items,
      ...JSON.parse(text.stdout).items,
    ];
    expect([explained.code, text.code]).toEqual([0, 0]);
    expect(traces.map(({ known, reason }) => [known, reason])).toEqual(Array(3).fill([true, "sampled"]));
    expect(new Set(traces.map(({ pattern }) => pattern)).size).toBe(1);
    expect((await command(running, ["explain"], "")).code).toBe(1);
  });
});

describe("lipservice bypass", () => {
  it("stops the dropping of a service, is listed, and ends", async () => {
    const { running, traffic } = await busyProduct();
    const started = await command(running, ["bypass", "shop", "--for", "30m"]);
    expect(started).toMatchObject({ code: 0, stderr: "" });
    expect(started.stdout).toMatch(/^dropping is stopped for shop until .*; the kept bytes count as over budget\n$/);
    await say(traffic, 5);
    await running.settled();
    expect(rowsOf(running, "shop", 10)).toBe(200);
    expect(rowsOf(running, "bank", 10)).toBeLessThan(100);

    expect((await command(running, ["bypass", "--list"])).stdout).toContain("shop");
    expect(await command(running, ["bypass", "shop", "--end"])).toMatchObject({
      code: 0,
      stdout: "ended 1; dropping resumes\n",
    });
    await say(traffic, 5);
    await running.settled();
    expect(rowsOf(running, "shop", 15)).toBeLessThan(100);
  });
});

describe("lipservice policy", () => {
  it("adds, shows, exports and removes rules, each a version of its own; a rule that is not there ends with 1", async () => {
    const { running, traffic } = await busyProduct();
    const added = await command(running, [
      ...["policy", "rule", "add", "--id", "quiet", "--kind", "mute", "--service", "bank"],
      ...["--body-contains", "order", "--for", "2h", "--reason", "seen enough"],
    ]);
    expect(added).toMatchObject({ code: 0, stderr: "" });
    // A second of the budget is two lines: twenty seconds leave no room for luck.
    await say(traffic, 20);
    await running.settled();
    expect(rowsOf(running, "bank", 10)).toBe(0);
    expect(rowsOf(running, "shop", 10)).toBeGreaterThan(0);

    const exported = JSON.parse((await command(running, ["policy", "export"])).stdout);
    expect(exported).toMatchObject({
      author: "user",
      parent: "0",
      rules: [{ id: "quiet", kind: "mute", match: { service: "bank", body_contains: "order" }, reason: "seen enough" }],
    });
    expect((await command(running, ["policy", "show"])).stdout).toContain(exported.version);
    expect((await command(running, ["policy", "rule", "remove", "quiet"])).code).toBe(0);
    expect((await command(running, ["policy", "rule", "remove", "quiet"])).code).toBe(1);
    expect(JSON.parse((await command(running, ["policy", "export"])).stdout)).toMatchObject({
      parent: exported.version,
      rules: [],
    });
    expect((await command(running, ["policy", "rule", "add", "--kind", "nonsense"])).code).toBe(2);
  });
});

describe("an instance that is gone", () => {
  it("is unreachable: 3", async () => {
    const running = await productForTest();
    const { admin } = running;
    await running.end();
    const results = await Promise.all(
      [["health"], ["patterns"], ["bypass", "--list"], ["policy", "show"]].map((verb) =>
        lipservice([...verb, "--admin", admin]),
      ),
    );

    expect(results.map(({ code }) => code)).toEqual([3, 3, 3, 3]);
    expect(results.map(({ stderr }) => stderr.trimEnd().split("\n").length)).toEqual([1, 1, 1, 1]);
  });
});
