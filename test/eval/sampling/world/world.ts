/**
 * The scoreboard's synthetic world, second by second, as requests of OTLP bytes: one a service and second, of at most 512
 * records. Everything follows from the seed. Beside each request stands the truth: the pattern of every record.
 */
import { ByteWriter } from "../../../../src/core/otlp/wire/byte-writer.ts";
import { SeededRandom, zipfWeights } from "../../../../tools/loadgen/world/seeded-random.ts";
import { OrdinaryRates } from "./ordinary-rates.ts";
import type { WorldPattern } from "./pattern-list.ts";
import { DEBUG, ERROR, INFO, PatternList, WARN } from "./pattern-list.ts";
import type { Script, Span } from "./script.ts";
import { Sentences } from "./sentences.ts";

export const ORDINARY_PATTERNS = 2000;
export const SERVICES = 20;
const ZIPF_EXPONENT = 1.25;
const REQUEST_RECORDS = 512;
/** Rank of the pattern that bursts: about one line in eighty. */
const BURSTING = 10;
const HUNDREDFOLD = 100;
const STORM_FACTOR = 20;
const STORM_PATTERNS = 20;
const STORM_SERVICES = 5;
const EXPLOSION_PATTERNS_PER_SECOND = 2000;
const INCIDENT_SECONDS = 300;
/** The busiest patterns are no ERRORs. */
const FIRST_ERROR_RANK = 40;
const START_MS = 1_763_700_000_000;

export interface WorldSettings {
  readonly seed: number;
  readonly linesPerSecond: number;
  readonly script: Script;
  /** Fewer for reduced worlds. */
  readonly patterns?: number;
}

/** Valid until the next one is asked for. */
export interface WorldRequest {
  readonly bytes: Uint8Array;
  readonly length: number;
  /** True pattern of each record, in wire order. */
  readonly patterns: Int32Array;
  readonly records: number;
  readonly timeMs: number;
}

export class World {
  readonly patterns: PatternList;
  readonly #settings: WorldSettings;
  readonly #random: SeededRandom;
  readonly #rates: OrdinaryRates;
  readonly #planted: ReadonlyMap<number, readonly number[]>;
  readonly #storm: readonly number[];
  readonly #loudService: number;
  readonly #lines: number[][] = Array.from({ length: SERVICES }, () => []);
  readonly #out = new ByteWriter(512 * 1024);
  readonly #envelopes: readonly Uint8Array[];
  readonly #column = new Int32Array(REQUEST_RECORDS);
  /** Traces of the request at hand, and how many lines of each pattern it has so far. */
  readonly #traces: Uint32Array[] = [];
  readonly #occurrences = new Map<number, number>();
  #freshTraces = 0;

  constructor(settings: WorldSettings) {
    const { seed, script, linesPerSecond } = settings;
    this.#settings = settings;
    const texts = new SeededRandom(seed, "texts");
    this.patterns = new PatternList(new Sentences(texts), texts);
    const weights = zipfWeights(settings.patterns ?? ORDINARY_PATTERNS, ZIPF_EXPONENT);
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    for (let rank = 0; rank < weights.length; rank++) this.patterns.add(ordinaryPattern(rank, texts));
    this.#rates = new OrdinaryRates(
      weights.map((weight) => (weight / total) * linesPerSecond),
      new SeededRandom(seed, "rates"),
    );
    this.#loudService = this.#serviceOfShare(0.03);
    this.#planted = this.#plant(script, new SeededRandom(seed, "planted"));
    this.#storm = Array.from({ length: STORM_PATTERNS }, (_, i) =>
      this.patterns.add({ kind: "storm", service: i % STORM_SERVICES, severity: ERROR, group: "" }),
    );
    this.#envelopes = Array.from({ length: SERVICES }, (_, service) => resourceOf(service));
    this.#random = new SeededRandom(seed, "lines");
  }

  /** The service that gets loud, by number. */
  get loudService(): number {
    return this.#loudService;
  }

  get ordinaryRates(): Float64Array {
    return this.#rates.rates;
  }

  static timeMs(second: number): number {
    return START_MS + second * 1000;
  }

  static serviceName(service: number): string {
    return `service-${String.fromCharCode(97 + service)}`;
  }

  /** Makes the requests of a second, in order of time. */
  second(second: number, each: (request: WorldRequest) => void): void {
    for (const lines of this.#lines) lines.length = 0;
    this.#ordinary(second);
    for (const pattern of this.#planted.get(second) ?? []) this.#say(pattern, 1);
    this.#incidents(second);
    const { script } = this.#settings;
    for (const [service, lines] of this.#lines.entries()) {
      this.#shuffle(lines);
      const timeMs = World.timeMs(second) + Math.floor((1000 * service) / SERVICES);
      for (let from = 0; from < lines.length; from += REQUEST_RECORDS) {
        each(this.#request(service, lines, from, Math.min(lines.length, from + REQUEST_RECORDS), timeMs));
      }
    }
    if (script.explosions.some((span) => isIn(span, second))) this.#forgetExploded();
  }

  #ordinary(second: number): void {
    const { script } = this.#settings;
    const isBurst = isIn(script.burst, second);
    const isLoud = isIn(script.loudService, second);
    this.#rates.second(second, script.load?.(second) ?? 1, (pattern, count) => {
      const { service } = this.patterns.all[pattern]!;
      const isHundredfold = (isBurst && pattern === BURSTING) || (isLoud && service === this.#loudService);
      this.#say(pattern, isHundredfold ? count * HUNDREDFOLD : count);
    });
  }

  #incidents(second: number): void {
    const { script, linesPerSecond } = this.#settings;
    if (isIn(script.storm, second)) {
      const lines = this.#random.poisson(STORM_FACTOR * linesPerSecond);
      for (let i = 0; i < lines; i++) this.#say(this.#storm[this.#random.below(STORM_PATTERNS)]!, 1);
    }
    for (const span of script.explosions) {
      if (!isIn(span, second)) continue;
      for (let i = 0; i < EXPLOSION_PATTERNS_PER_SECOND; i++) {
        const service = span.services === "one" ? 3 : i % SERVICES;
        this.#say(this.patterns.add({ kind: "explosion", service, severity: INFO, group: span.services }), 1);
      }
    }
  }

  #say(pattern: number, count: number): void {
    const lines = this.#lines[this.patterns.all[pattern]!.service]!;
    for (let i = 0; i < count; i++) lines.push(pattern);
  }

  #forgetExploded(): void {
    for (const lines of this.#lines) {
      for (const pattern of lines) {
        if (this.patterns.all[pattern]!.kind === "explosion") this.patterns.forgetText(pattern);
      }
    }
  }

  #request(service: number, lines: readonly number[], from: number, to: number, timeMs: number): WorldRequest {
    const out = this.#out;
    out.reset();
    this.#occurrences.clear();
    this.#freshTraces = 0;
    out.byte(0x0a);
    const resourceStart = out.open(3);
    const envelope = this.#envelopes[service]!;
    out.raw(envelope, 0, envelope.length);
    out.byte(0x12);
    const scopeStart = out.open(3);
    out.byte(0x0a);
    out.byte(6);
    out.stringField(0x0a, "shop");
    for (let i = from; i < to; i++) {
      const pattern = lines[i]!;
      this.#column[i - from] = pattern;
      this.patterns.template(pattern).write(out, timeMs, this.#traceOf(pattern), this.#random.below(1_000_000));
    }
    out.close(scopeStart, 3);
    out.close(resourceStart, 3);
    return { bytes: out.bytes, length: out.length, patterns: this.#column, records: to - from, timeMs };
  }

  /** A trace says each statement once: the n-th line of a statement in a request is of its n-th trace. */
  #traceOf(pattern: number): Uint32Array {
    const number = this.#occurrences.get(pattern) ?? 0;
    this.#occurrences.set(pattern, number + 1);
    let trace = this.#traces[number];
    if (trace === undefined) {
      trace = new Uint32Array(4);
      this.#traces.push(trace);
    }
    if (number === this.#freshTraces) {
      for (let word = 0; word < 4; word++) trace[word] = this.#random.uint32();
      this.#freshTraces++;
    }
    return trace;
  }

  #shuffle(lines: number[]): void {
    for (let i = lines.length - 1; i > 0; i--) {
      const j = this.#random.below(i + 1);
      const other = lines[j]!;
      lines[j] = lines[i]!;
      lines[i] = other;
    }
  }

  /** Rare and incident patterns, and the seconds that they speak in. */
  #plant(script: Script, random: SeededRandom): Map<number, number[]> {
    const planted = new Map<number, number[]>();
    const say = (second: number, pattern: number): void => {
      const at = Math.floor(second);
      const there = planted.get(at);
      if (there === undefined) planted.set(at, [pattern]);
      else there.push(pattern);
    };
    for (const { from, to, name, count } of script.rare) {
      for (let i = 0; i < count; i++) {
        const severity = random.chance(0.3) ? WARN : INFO;
        const pattern = this.patterns.add({ kind: "rare", service: random.below(SERVICES), severity, group: name });
        for (let hit = random.between(1, 10); hit > 0; hit--) say(from + random.unit() * (to - from), pattern);
      }
    }
    for (const { from, to, count } of script.incidents) {
      for (let i = 0; i < count; i++) {
        const severity = [INFO, WARN, ERROR][i % 3]!;
        const pattern = this.patterns.add({ kind: "incident", service: random.below(SERVICES), severity, group: "" });
        // From a line a minute to ten a second.
        const rate = 10 ** (random.unit() * 2.8 - 1.8);
        const start = from + random.unit() * (to - from - INCIDENT_SECONDS);
        for (let at = start; at < start + INCIDENT_SECONDS; at += pause(rate, random)) say(at, pattern);
      }
    }
    return planted;
  }

  /** The service whose share of all lines is nearest. */
  #serviceOfShare(wanted: number): number {
    const shares = new Float64Array(SERVICES);
    const { rates } = this.#rates;
    for (let i = 0; i < rates.length; i++) shares[this.patterns.all[i]!.service]! += rates[i]!;
    const distances = [...shares].map((rate) => Math.abs(rate / this.#settings.linesPerSecond - wanted));
    return distances.indexOf(Math.min(...distances));
  }
}

function ordinaryPattern(rank: number, random: SeededRandom): WorldPattern {
  const chance = random.unit();
  const quiet = chance < 0.12 ? DEBUG : INFO;
  const isError = rank >= FIRST_ERROR_RANK && chance > 0.98;
  const severity = isError ? ERROR : chance > 0.85 ? WARN : quiet;
  return { kind: "ordinary", service: random.below(SERVICES), severity, group: "" };
}

/** Seconds until the next line of a Poisson process. */
function pause(rate: number, random: SeededRandom): number {
  return -Math.log(1 - random.unit()) / rate;
}

function isIn(span: Span | undefined, second: number): boolean {
  return span !== undefined && second >= span.from && second < span.to;
}

/** The Resource of a service, with its tag. */
export function resourceOf(service: number): Uint8Array {
  const out = new ByteWriter(256);
  const text = (key: string, value: string): void => {
    out.byte(0x0a);
    const start = out.open(1);
    out.stringField(0x0a, key);
    out.byte(0x12);
    const inner = out.open(1);
    out.stringField(0x0a, value);
    out.close(inner, 1);
    out.close(start, 1);
  };
  out.byte(0x0a);
  const start = out.open(1);
  text("service.name", World.serviceName(service));
  text("service.version", "4.1.0");
  text("host.name", `node-${service % 7}`);
  out.close(start, 1);
  return out.copy();
}
