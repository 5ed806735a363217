/** The list of patterns for /api/v1/patterns: filtered and ordered by single numbers, rows built for one page. */

import type { Page } from "../admin/shapes/page.ts";
import type { PatternQuery, PatternRow, PatternSort } from "../admin/shapes/patterns.ts";
import { LazyOrder } from "../core/math/lazy-order.ts";
import type { PatternMeasure } from "../core/sampling/pattern-view.ts";
import { PatternSearch } from "../core/signature/pattern-search.ts";
import type { PatternCatalog } from "../core/signature/table/pattern-catalog.ts";
import type { PatternParts } from "./pattern-source.ts";
import { patternRow } from "./pattern-source.ts";

/** Lists held at a time, 12 bytes a pattern each; the least recently read one is dropped first. */
const MAX_LISTS = 8;
/** List number and position, or a position alone. */
const CURSOR = /^(?:(\d{1,15})\.)?(\d{1,9})$/;
/** 7 characters of 7 bits each fit the 53 bits of a double exactly. */
const ID_KEY_CHARACTERS = 7;

const MEASURES: Readonly<Record<Exclude<PatternSort, "id">, PatternMeasure>> = {
  records_per_second: "linesPerSecond",
  bytes_per_second: "bytesPerSecond",
  records: "records",
  bytes: "bytes",
  kept: "kept",
  first_seen: "firstSeenMs",
  last_seen: "lastSeenMs",
};

interface HeldList {
  readonly number: number;
  /** Sort and filters of the request, as text. */
  readonly query: string;
  readonly order: LazyOrder;
  readonly search: PatternSearch | undefined;
  /** `givenUp` of the sampler's view when the list was made. */
  readonly givenUp: number;
}

/**
 * Rates and counts move between two pages, so later pages use the order of the first one: no pattern is skipped or
 * given twice. The numbers in each row are current. A cursor holds list number and position; when the list was dropped, the
 * position counts in the current order.
 */
export class PatternLists {
  /** The most recently read one is last. */
  readonly #held: HeldList[] = [];
  #made = 0;

  page(parts: PatternParts, query: PatternQuery): Page<PatternRow> {
    const { list: number, position } = readCursor(query.cursor);
    const list = this.#take(number, keyOf(query)) ?? this.#make(parts, query);
    const items: PatternRow[] = [];
    let at = nextShown(parts, list, position);
    while (at < list.order.length && items.length < query.limit) {
      items.push(patternRow(parts, list.order.at(at)));
      at = nextShown(parts, list, at + 1);
    }
    if (at >= list.order.length) return { items, next: null };
    this.#hold(list);
    return { items, next: `${list.number}.${at}` };
  }

  /** Takes the list out; `#hold` puts it back as the most recently read one. */
  #take(number: number | undefined, query: string): HeldList | undefined {
    const index = this.#held.findIndex((list) => list.number === number && list.query === query);
    return index < 0 ? undefined : this.#held.splice(index, 1)[0];
  }

  #hold(list: HeldList): void {
    this.#held.push(list);
    if (this.#held.length > MAX_LISTS) this.#held.shift();
  }

  #make({ engine }: PatternParts, query: PatternQuery): HeldList {
    const { patterns } = engine.signature;
    const { view } = engine.sampler;
    const search = query.search === undefined ? undefined : new PatternSearch(patterns, query.search);
    const keyFor = query.sort === "id" ? undefined : MEASURES[query.sort];
    const rows: number[] = [];
    const keys: number[] = [];
    for (const row of patterns.rows()) {
      if (!view.isSeen(row) || !isOf(patterns, row, query) || search?.mayShow(row) === false) continue;
      rows.push(row);
      keys.push(keyFor === undefined ? idKey(patterns, row) : view.measure(row, keyFor));
    }
    const byId = (a: number, b: number): number => (patterns.id(a) < patterns.id(b) ? -1 : 1);
    const order = new LazyOrder(rows, keys, keyFor === undefined ? byId : undefined);
    return { number: ++this.#made, query: keyOf(query), order, search, givenUp: view.givenUp };
  }
}

/** An unknown cursor starts at the first page. */
function readCursor(cursor: string | undefined): { readonly list: number | undefined; readonly position: number } {
  const [, list, position] = CURSOR.exec(cursor ?? "") ?? [];
  return { list: list === undefined ? undefined : Number(list), position: Number(position ?? 0) };
}

function keyOf({ sort, service, severity, search }: PatternQuery): string {
  return JSON.stringify([sort, service, severity, search]);
}

function isOf(patterns: PatternCatalog, row: number, { service, severity }: PatternQuery): boolean {
  if (service !== undefined && patterns.service(row) !== service) return false;
  return severity === undefined || patterns.severityName(row) === severity;
}

/** The first position from `at` on whose pattern still has its row and matches the search; the length without one. */
function nextShown({ engine }: PatternParts, { order, search, givenUp }: HeldList, at: number): number {
  for (let position = at; position < order.length; position++) {
    const row = order.at(position);
    if (!engine.sampler.view.isGone(row, givenUp) && search?.shows(row) !== false) return position;
  }
  return order.length;
}

/** The order is descending: the negative of the first characters sorts ids upwards. */
function idKey(patterns: PatternCatalog, row: number): number {
  const id = patterns.idBytes(row);
  let key = 0;
  for (let i = 0; i < ID_KEY_CHARACTERS; i++) key = key * 128 + (id[i] ?? 0);
  return -key;
}
