import type { Page } from "../admin/shapes/page.ts";
import type { PatternQuery, PatternRow, PatternSort } from "../admin/shapes/patterns.ts";
import { LazyOrder } from "../core/math/lazy-order.ts";
import type { PatternMeasure } from "../core/sampling/pattern-view.ts";
import { PatternSearch } from "../core/signature/pattern-search.ts";
import type { SignatureStage } from "../core/signature/signature-stage.ts";
import type { PatternParts } from "./pattern-source.ts";
import { patternRow } from "./pattern-source.ts";

/** Lists that may be paged through at a time; 12 bytes a pattern each. The one that was read longest ago goes first. */
const MAX_LISTS = 8;
/** A list and a position in it, or a position alone. */
const CURSOR = /^(?:(\d{1,15})\.)?(\d{1,9})$/;
/** As many characters of an id, at 7 bits each, make a number that a double holds exactly. */
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
  /** What was asked for. */
  readonly query: string;
  readonly order: LazyOrder;
  readonly search: PatternSearch | undefined;
  /** `givenUp` of the sampler's view when the list was made. */
  readonly givenUp: number;
}

/**
 * Patterns for /api/v1/patterns, page by page. Rates and counts move between two pages, so the order of the first page is
 * held for those that follow: a row is neither skipped nor given twice, and what a page says of it is of now. A cursor names
 * list and position; when the list is no longer held, the position counts in the order of now. Rows are built for one page.
 */
export class PatternLists {
  /** The one that was read last comes last. */
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

  /** The list is held no more until its page is made. */
  #take(number: number | undefined, query: string): HeldList | undefined {
    const index = this.#held.findIndex((list) => list.number === number && list.query === query);
    return index < 0 ? undefined : this.#held.splice(index, 1)[0];
  }

  #hold(list: HeldList): void {
    this.#held.push(list);
    if (this.#held.length > MAX_LISTS) this.#held.shift();
  }

  #make({ engine }: PatternParts, query: PatternQuery): HeldList {
    const { signature } = engine;
    const { view } = engine.sampler;
    const search = query.search === undefined ? undefined : new PatternSearch(signature.table, query.search);
    const keyFor = query.sort === "id" ? undefined : MEASURES[query.sort];
    const rows: number[] = [];
    const keys: number[] = [];
    for (const row of signature.rows()) {
      if (!view.isSeen(row) || !isOf(signature, row, query) || search?.mayShow(row) === false) continue;
      rows.push(row);
      keys.push(keyFor === undefined ? idKey(signature, row) : view.measure(row, keyFor));
    }
    const byId = (a: number, b: number): number => (signature.id(a) < signature.id(b) ? -1 : 1);
    const order = new LazyOrder(rows, keys, keyFor === undefined ? byId : undefined);
    return { number: ++this.#made, query: keyOf(query), order, search, givenUp: view.givenUp };
  }
}

/** A cursor that is none of ours begins at the start. */
function readCursor(cursor: string | undefined): { readonly list: number | undefined; readonly position: number } {
  const [, list, position] = CURSOR.exec(cursor ?? "") ?? [];
  return { list: list === undefined ? undefined : Number(list), position: Number(position ?? 0) };
}

function keyOf({ sort, service, severity, search }: PatternQuery): string {
  return JSON.stringify([sort, service, severity, search]);
}

function isOf(signature: SignatureStage, row: number, { service, severity }: PatternQuery): boolean {
  if (service !== undefined && signature.service(row) !== service) return false;
  return severity === undefined || signature.severityClass(row) === severity;
}

/** The next position from `at` on whose pattern still has its row, and shows what is searched; the length when none does. */
function nextShown({ engine }: PatternParts, { order, search, givenUp }: HeldList, at: number): number {
  for (let position = at; position < order.length; position++) {
    const row = order.at(position);
    if (!engine.sampler.view.isGone(row, givenUp) && search?.shows(row) !== false) return position;
  }
  return order.length;
}

/** Ascending by id: descending by the negative of its first characters. */
function idKey(signature: SignatureStage, row: number): number {
  const id = signature.idBytes(row);
  let key = 0;
  for (let i = 0; i < ID_KEY_CHARACTERS; i++) key = key * 128 + (id[i] ?? 0);
  return -key;
}
