import { describe, expect, it } from "vitest";
import type { PatternQuery, PatternRow } from "../../../src/admin/shapes/patterns.ts";
import { engineSettings, REPLAY_IDENTITY } from "../../../src/assembly/engine-settings.ts";
import { PatternLists } from "../../../src/assembly/pattern-list.ts";
import type { PatternParts } from "../../../src/assembly/pattern-source.ts";
import { Engine } from "../../../src/core/engine/engine.ts";
import { loaded } from "../../kit/config-host.ts";
import { ReplayRig } from "../../kit/sampling/replay-rig.ts";
import { VirtualEnvironment } from "../../kit/virtual-environment.ts";

const PATTERNS = 60;
const WORDS = ["order", "page", "basket", "parcel", "refund", "invoice", "coupon", "session", "cart", "ticket"];
const VERBS = ["accepted", "rendered", "booked", "packed", "denied", "printed"];

const bodyOf = (pattern: number): string =>
  `${WORDS[pattern % WORDS.length]} 17 was ${VERBS[Math.floor(pattern / WORDS.length)]}`;

class Listed {
  readonly engine: Engine;
  readonly lists = new PatternLists();
  readonly #parts: PatternParts;
  readonly #rig: ReplayRig;

  constructor(parts: PatternParts) {
    this.#parts = parts;
    this.engine = parts.engine;
    this.#rig = new ReplayRig(parts.engine);
  }

  /** A second in which each pattern says so many lines. */
  say(linesOf: (pattern: number) => number): void {
    this.#rig.run(1, () =>
      Array.from({ length: PATTERNS }, (_, pattern) =>
        Array.from({ length: linesOf(pattern) }, () => ({
          body: bodyOf(pattern),
          service: pattern % 3 === 0 ? "shop" : "depot",
        })),
      ).flat(),
    );
  }

  page(query: Partial<PatternQuery>): { items: readonly PatternRow[]; next: string | null } {
    return this.lists.page(this.#parts, { limit: 10, sort: "records", ...query });
  }

  /** Ids of all pages; `between` runs between two of them. */
  walk(query: Partial<PatternQuery>, between: () => void = () => undefined): string[] {
    const ids: string[] = [];
    for (let cursor: string | null | undefined; cursor !== null; between()) {
      const page = this.page({ ...query, ...(cursor === undefined ? {} : { cursor }) });
      ids.push(...page.items.map(({ id }) => id));
      cursor = page.next;
    }
    return ids;
  }
}

async function listed(): Promise<Listed> {
  const config = await loaded("", { overrides: ["sampling.budget.keep_ratio=0.5"] });
  const engine = new Engine(engineSettings(config, REPLAY_IDENTITY, Number.POSITIVE_INFINITY));
  const list = new Listed({ config, engine, env: new VirtualEnvironment({ monoMs: 1_700_000_060_000 }) });
  list.say((pattern) => pattern + 1);
  return list;
}

describe("the list of patterns", () => {
  it("gives every pattern once, in order, however many a page", async () => {
    const list = await listed();
    for (const limit of [1, 7, 59, 60, 1000]) {
      const ids = list.walk({ limit });
      expect(ids).toEqual(list.page({ limit: 1000 }).items.map(({ id }) => id));
      expect(new Set(ids).size).toBe(PATTERNS);
    }
    const { items } = list.page({ limit: 1000 });
    expect(items.map(({ records }) => records)).toEqual(Array.from({ length: PATTERNS }, (_, i) => PATTERNS - i));
  });

  it("skips and repeats nothing while the order turns around between two pages", async () => {
    const list = await listed();
    const ids = list.walk({}, () => list.say((pattern) => 3 * (PATTERNS - pattern)));
    expect(ids).toHaveLength(PATTERNS);
    expect(new Set(ids).size).toBe(PATTERNS);
  });

  it("tells of now what it says of a row of an older order", async () => {
    const list = await listed();
    const { next } = list.page({});
    list.say(() => 100);
    const { items } = list.page({ cursor: next ?? "" });
    expect(items.map(({ records }) => records)).toEqual(Array.from({ length: 10 }, (_, i) => 150 - i));
  });

  it("leaves out a pattern that lost its row since the first page, and fills the page with the next", async () => {
    const list = await listed();
    const { next } = list.page({});
    const order = list.page({ limit: 1000 }).items.map(({ id }) => id);
    list.engine.sampler.evict(list.engine.signature.patterns.find(order[12] ?? ""));
    const { items } = list.page({ cursor: next ?? "" });
    expect(items.map(({ id }) => id)).toEqual([...order.slice(10, 12), ...order.slice(13, 21)]);
  });

  it("sorts by id, upwards", async () => {
    const list = await listed();
    const ids = list.walk({ sort: "id" });
    expect(ids).toEqual(ids.toSorted());
    expect(ids).toHaveLength(PATTERNS);
  });

  it("has filters that hold together, on every page", async () => {
    const list = await listed();
    const query = { search: "accepted", service: "depot", limit: 2 };
    const rows = list.walk(query).map((id) => list.engine.signature.patterns.find(id));
    expect(rows).toHaveLength(6);
    for (const row of rows) {
      expect(list.engine.signature.patterns.service(row)).toBe("depot");
      expect(list.engine.signature.patterns.template(row)).toContain("accepted");
    }
    expect(list.page({ severity: "error" })).toEqual({ items: [], next: null });
    const [id = ""] = list.walk({ limit: 1000 });
    expect(list.walk({ search: id.slice(3) })).toEqual([id]);
  });

  it("counts a position in the order of now when the cursor is a number or its list is no longer held", async () => {
    const list = await listed();
    const order = list.page({ limit: 1000 }).items.map(({ id }) => id);
    const idsAt = (cursor: string, sort: PatternQuery["sort"] = "records"): string[] =>
      list.page({ cursor, sort }).items.map(({ id }) => id);
    expect(idsAt("20")).toEqual(order.slice(20, 30));
    expect(idsAt("999999.20")).toEqual(order.slice(20, 30));
    const { next } = list.page({});
    for (let i = 0; i < 20; i++) list.page({ sort: "kept" });
    expect(idsAt(next ?? "")).toEqual(order.slice(10, 20));
    // Of another list than the one that is asked for.
    const other = list.page({ sort: "id" }).next ?? "";
    expect(idsAt(other)).toEqual(order.slice(10, 20));
    expect(list.page({ cursor: "60" })).toEqual({ items: [], next: null });
  });

  it("begins at the start with a cursor that it did not give", async () => {
    const list = await listed();
    const first = list.page({}).items;
    for (const cursor of ["abc", "-5", "1e3", "1.5.2", "~"]) expect(list.page({ cursor }).items).toEqual(first);
  });
});
