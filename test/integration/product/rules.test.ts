/** Rules, added and removed through the API of the running product: what arrives changes at once, and changes back. */
import { describe, expect, it } from "vitest";
import type { Page } from "../../../src/admin/shapes/page.ts";
import type { PatternRow } from "../../../src/admin/shapes/patterns.ts";
import type { Stats } from "../../../src/admin/shapes/stats.ts";
import type { StoredRow } from "../../../tools/standin/stored-row.ts";
import type { ProductOptions, RunningProduct } from "../../kit/product/product.ts";
import { productForTest } from "../../kit/product/product.ts";
import type { Line } from "../../kit/product/steady-traffic.ts";
import { lines, SteadyTraffic } from "../../kit/product/steady-traffic.ts";
import { applicationRows, patternOf, summariesOf, weightOf } from "../../kit/sampling/kept-rows.ts";

const RULES = "/api/v1/policy/rules";

/** A tenth of the bytes passes, and what is tested is what rules add to it or take from it. */
const SET = ["sampling.budget.keep_ratio=0.1", "sampling.context.max_bytes=0"];

async function start(options: ProductOptions = {}): Promise<{ running: RunningProduct; traffic: SteadyTraffic }> {
  const running = await productForTest({ set: SET, ...options });
  return { running, traffic: new SteadyTraffic(running) };
}

/** Orders of many customers: one pattern, of which every tenth line is a VIP's, and a second pattern beside it. */
function orders(second: number): Line[] {
  return [
    ...lines(100, (i) => ({
      service: "shop",
      body: `order ${second * 100 + i} accepted in ${i % 40} ms`,
      attributes: { tenant: i % 10 === 0 ? "vip" : "plain", second },
    })),
    ...lines(50, (i) => ({ service: "shop", body: `probe ${second * 50 + i} answered`, attributes: { second } })),
  ];
}

const NAMES = ["ada", "bob", "cleo", "dora", "emil", "finn", "gwen", "hans", "iris", "jack", "karl", "lena", "mona"];

async function add(running: RunningProduct, rule: object): Promise<void> {
  const answer = await running.api("POST", RULES, rule);
  expect(answer.status, answer.text).toBe(201);
}

async function rowsAfter(running: RunningProduct, second: number): Promise<StoredRow[]> {
  await running.settled();
  return applicationRows(running.standin.rows()).filter((row) => Number(row.attributes["second"]) >= second);
}

const isVip = (row: StoredRow): boolean => row.attributes["tenant"] === '"vip"';

describe("a pin", () => {
  it("on an attribute keeps those records whole, and only those, until it is removed; the bytes count as over budget", async () => {
    const { running, traffic } = await start();
    await traffic.pass(20, orders);
    const before = await rowsAfter(running, 0);
    expect(before.filter(isVip).length).toBeLessThan(100);

    await add(running, { id: "vip", kind: "pin", match: { attributes: { tenant: "vip" } } });
    await traffic.pass(20, orders);
    const during = await rowsAfter(running, 20);
    expect(during.filter(isVip)).toHaveLength(200);
    expect(during.filter(isVip).filter((row) => weightOf(row) !== 1)).toEqual([]);
    expect(during.length).toBeLessThan(200 + 900);
    const stats = await running.read<Stats>("/api/v1/stats");
    expect(stats.kept).toMatchObject({ rule: 200 });
    expect(stats.budget.over_budget_bytes["rule"]).toBeGreaterThan(200 * 50);
    const overBudget = (await running.metrics()).get("lipservice_over_budget_bytes_total")?.samples;
    expect(overBudget?.find(({ labels }) => labels["cause"] === "rule")?.value).toBeGreaterThan(200 * 50);

    expect(await running.api("DELETE", `${RULES}/vip`)).toMatchObject({ status: 200 });
    await traffic.pass(20, orders);
    expect((await rowsAfter(running, 40)).filter(isVip).length).toBeLessThan(100);
  });

  it("on a pattern id keeps that pattern whole, whose id is the one its rows carry", async () => {
    const { running, traffic } = await start();
    await traffic.pass(10, orders);
    const patterns = await running.read<Page<PatternRow>>("/api/v1/patterns?search=probe");
    const id = patterns.items[0]?.id ?? "";
    await add(running, { kind: "pin", match: { pattern: id } });
    await traffic.pass(10, orders);

    const rows = await rowsAfter(running, 10);
    expect(rows.filter((row) => row.body.startsWith("probe"))).toHaveLength(500);
    expect(rows.filter((row) => patternOf(row) === id)).toHaveLength(500);
    expect(rows.filter((row) => row.body.startsWith("order")).length).toBeLessThan(500);
  });

  it("on service and severity keeps what is at least that severe, of that service", async () => {
    const { running, traffic } = await start();
    const spoken = (second: number): Line[] =>
      ["a", "b"].flatMap((service) =>
        lines(60, (i) => ({
          service,
          body: `disk ${second * 60 + i} of the array is slow`,
          severityNumber: i % 2 === 0 ? 13 : 9,
          attributes: { second },
        })),
      );
    await traffic.pass(10, spoken);
    await add(running, { kind: "pin", match: { service: "a", severity_min: "warn" } });
    await traffic.pass(10, spoken);

    const rows = await rowsAfter(running, 10);
    const warnings = rows.filter((row) => row.severity_number === 13);
    expect(warnings.filter((row) => row.service_name === "a")).toHaveLength(300);
    expect(warnings.filter((row) => row.service_name === "b").length).toBeLessThan(200);
    expect(rows.filter((row) => row.severity_number === 9 && row.service_name === "a").length).toBeLessThan(200);
  });
});

describe("a pin on a pattern that is merged later", () => {
  it("holds for the merged pattern: its old id is an alias", async () => {
    const { running, traffic } = await start();
    const login = (second: number, i: number): Line => ({
      service: "shop",
      body: `user ${NAMES[(second * 20 + i) % NAMES.length]}${String.fromCharCode(97 + (second % 26))} logged in from the office`,
      attributes: { second },
    });
    await traffic.pass(1, (second) => [login(second, 0)]);
    const early = (await running.read<Page<PatternRow>>("/api/v1/patterns?search=logged")).items;
    expect(early).toHaveLength(1);
    await add(running, { id: "logins", kind: "pin", match: { pattern: early[0]?.id } });
    await traffic.pass(30, (second) => [...lines(20, (i) => login(second, i)), ...orders(second)]);
    const late = (await running.read<Page<PatternRow>>("/api/v1/patterns?search=logged")).items;
    await add(running, { id: "unrelated", kind: "mute", match: { service: "nobody" } });
    await traffic.pass(10, (second) => [...lines(20, (i) => login(second, i)), ...orders(second)]);

    expect(late.map(({ template }) => template)).toEqual([expect.stringMatching(/^user <\w+> logged in/)]);
    expect(late[0]?.id).not.toBe(early[0]?.id);
    const rows = (await rowsAfter(running, 31)).filter((row) => row.body.startsWith("user"));
    expect(rows).toHaveLength(200);
  });
});

describe("a mute", () => {
  it("on text in the body sends nothing of it, counts it as muted, and its summary still tells how many there were", async () => {
    const { running, traffic } = await start({ set: [...SET, "sampling.summaries.max_budget_share=0.5"] });
    await add(running, { id: "quiet", kind: "mute", match: { body_contains: "probe" }, reason: "probes tell nothing" });
    await traffic.pass(20, orders);

    const rows = await rowsAfter(running, 0);
    expect(rows.filter((row) => row.body.startsWith("probe"))).toEqual([]);
    expect(rows.filter((row) => row.body.startsWith("order")).length).toBeGreaterThan(50);
    expect((await running.read<Stats>("/api/v1/stats")).dropped).toMatchObject({ muted: 1_000 });
    const patterns = await running.read<Page<PatternRow>>("/api/v1/patterns?search=probe");
    await running.end();
    const muted = summariesOf(running.standin.rows()).filter(({ pattern }) => pattern === patterns.items[0]?.id);
    expect(muted.reduce((sum, { count }) => sum + count, 0)).toBe(1_000);
    expect(muted.reduce((sum, { kept }) => sum + kept, 0)).toBe(0);
  });

  it("ends when it expires", async () => {
    const { running, traffic } = await start();
    const expires = new Date(running.clock.now().wallMs + 60_000).toISOString();
    await add(running, { id: "brief", kind: "mute", match: { body_contains: "probe" }, expires });
    await traffic.pass(9, orders);
    expect((await rowsAfter(running, 0)).filter((row) => row.body.startsWith("probe"))).toEqual([]);
    running.clock.skip(60_000);
    await traffic.pass(9, orders);

    expect((await rowsAfter(running, 9)).filter((row) => row.body.startsWith("probe")).length).toBeGreaterThan(10);
  });
});

describe("a floor", () => {
  /** A talkative service, and a quiet one that says sixteen lines every fifteen seconds. */
  const spoken = (second: number): Line[] => [
    ...lines(200, (i) => ({ service: "loud", body: `tick ${second * 200 + i}`, attributes: { second } })),
    ...lines(second % 15 === 0 ? 16 : 0, (i) => ({
      service: "quiet",
      body: `audit ${second}/${i} done`,
      attributes: { second },
    })),
  ];
  const quietRows = (rows: readonly StoredRow[]): number => rows.filter((row) => row.service_name === "quiet").length;

  it("keeps at least so many lines a minute while it is in force, and no longer", async () => {
    const { running, traffic } = await start({
      set: ["sampling.budget.keep_ratio=0.02", "sampling.context.max_bytes=0"],
    });
    await traffic.pass(120, spoken);
    await add(running, { id: "audit", kind: "floor", value: 40, match: { service: "quiet" } });
    await traffic.pass(120, spoken);
    const during = quietRows(await rowsAfter(running, 120));
    await running.api("DELETE", `${RULES}/audit`);
    await traffic.pass(120, spoken);
    const after = quietRows(await rowsAfter(running, 240));

    expect(during).toBeGreaterThanOrEqual(80 - 16);
    expect(during).toBeLessThan(128);
    expect(after).toBeLessThan(during / 2);
  });
});

describe("a cap", () => {
  it("holds a pattern to its bytes a second, its errors included, and nothing else", async () => {
    const { running, traffic } = await start({ set: ["sampling.budget.keep_ratio=1", "sampling.context.max_bytes=0"] });
    const spoken = (second: number): Line[] => [
      ...lines(50, (i) => ({
        service: "noisy",
        body: `retry ${second * 50 + i} of the upload of a rather long file name`,
        severityNumber: 17,
        attributes: { second },
      })),
      ...lines(20, (i) => ({ service: "calm", body: `step ${second * 20 + i}`, attributes: { second } })),
    ];
    await add(running, { kind: "cap", value: 1_000, match: { service: "noisy" } });
    await traffic.pass(20, spoken);
    await traffic.pass(60, spoken);

    const rows = await rowsAfter(running, 20);
    const noisy = rows.filter((row) => row.service_name === "noisy");
    // A row is counted as the destination counts what varies; on the wire it is larger, never smaller.
    const bytes = noisy.reduce((sum, row) => sum + row.bytes_uncompressed, 0);
    // Drawn, so it may be off by luck.
    expect(bytes / 60).toBeLessThan(1_000 * 1.25);
    expect(noisy.length).toBeGreaterThan(60);
    expect(rows.filter((row) => row.service_name === "calm")).toHaveLength(1_200);
  });
});

describe("a cap or floor that looks into records", () => {
  it("caps all patterns of a match together, by attribute, and leaves the others whole", async () => {
    const { running, traffic } = await start({ set: ["sampling.budget.keep_ratio=1", "sampling.context.max_bytes=0"] });
    const spoken = (second: number): Line[] =>
      ["plain", "vip"].flatMap((tenant) =>
        ["fetch", "store", "sweep", "audit"].flatMap((verb) =>
          lines(10, (i) => ({
            service: "shop",
            body: `${verb} of item ${second * 10 + i} took a moment longer than usual`,
            attributes: { tenant, second },
          })),
        ),
      );
    await add(running, { kind: "cap", value: 1_000, match: { attributes: { tenant: "plain" } } });
    await traffic.pass(80, spoken);

    const rows = await rowsAfter(running, 20);
    const bytes = rows.filter((row) => !isVip(row)).reduce((sum, row) => sum + row.bytes_uncompressed, 0);
    expect(bytes / 60).toBeLessThan(1_000 * 1.25);
    expect(bytes / 60).toBeGreaterThan(200);
    expect(rows.filter(isVip)).toHaveLength(60 * 40);
  });

  it("floors lines by a word of theirs among others of the same pattern", async () => {
    const { running, traffic } = await start({
      set: ["sampling.budget.keep_ratio=0.02", "sampling.context.max_bytes=0"],
    });
    const spoken = (second: number): Line[] =>
      lines(100, (i) => ({
        service: "shop",
        body: `order ${i} of ${i === 0 ? "Ada" : "Bob"} accepted`,
        attributes: { second },
      }));
    await traffic.pass(30, spoken);
    await add(running, { kind: "floor", value: 30, match: { body_contains: "Ada" } });
    await traffic.pass(120, spoken);

    const floored = (await rowsAfter(running, 30)).filter((row) => row.body.includes("Ada"));
    expect(floored.length).toBeGreaterThanOrEqual(60);
    expect(floored.length).toBeLessThan(110);
  });
});

describe("rules", () => {
  it("of the configuration are listed first, win over those of the policy, and cannot be removed through the API", async () => {
    const { running, traffic } = await start({
      set: [...SET, "sampling.rules=[{ id: file, kind: mute, match: { service: shop, body_contains: probe } }]"],
    });
    await add(running, { id: "later", kind: "pin", match: { body_contains: "probe" } });
    await traffic.pass(5, orders);

    expect((await running.read<Page<object>>(RULES)).items).toMatchObject([
      { rule: { id: "file" }, source: "configuration" },
      { rule: { id: "later" }, source: "policy" },
    ]);
    expect((await rowsAfter(running, 0)).filter((row) => row.body.startsWith("probe"))).toEqual([]);
    expect(await running.api("DELETE", `${RULES}/file`)).toMatchObject({ status: 409 });
    expect(await running.api("POST", RULES, { id: "file", kind: "pin", match: {} })).toMatchObject({ status: 409 });
    expect(await running.api("POST", RULES, { kind: "floor", match: {} })).toMatchObject({ status: 400 });
  });

  it("reach a pattern again that was silent while they changed", async () => {
    const { running, traffic } = await start();
    const rare = (second: number): Line => ({
      service: "shop",
      body: `nightly job ${second} done`,
      attributes: { second },
    });
    for (const id of ["one", "two", "three"]) await add(running, { id, kind: "mute", match: { body_contains: id } });
    await add(running, { id: "job", kind: "mute", match: { service: "shop", body_contains: "job" } });
    await add(running, { id: "all", kind: "pin", match: { service: "shop" } });
    await traffic.pass(1, (second) => [rare(second)]);
    running.clock.skip(30 * 60_000);
    await traffic.pass(5, (second) => [{ ...rare(second), service: "other" }]);
    for (const id of ["one", "two", "three", "job", "all"]) await running.api("DELETE", `${RULES}/${id}`);
    await traffic.pass(1, (second) => [rare(second)]);
    const rows = (await rowsAfter(running, 6)).filter((row) => row.service_name === "shop");
    expect(rows).toHaveLength(1);
  });
});
