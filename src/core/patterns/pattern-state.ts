/**
 * Hot state of the sampler: one row a pattern, the row numbers being those of the signature stage's pattern table.
 * Structure of arrays, allocated once; about 140 bytes a row. `live` is the dense list of rows that a tick visits.
 */
export class PatternState {
  /** Monotonic milliseconds of the last arrival; -1 = never. */
  readonly lastSeenMs: Float64Array;
  /** Monotonic milliseconds of the first arrival since the pattern became known to this process. */
  readonly firstSeenMs: Float64Array;
  /** From then on the next arrival is kept as a floor; Infinity = no floor. */
  readonly floorDueMs: Float64Array;
  /** Lines a second, half-lives 35 s and 5 minutes of active time. */
  readonly rateFast: Float32Array;
  readonly rateSlow: Float32Array;
  /** The same with a half-life of an hour, from zero at the start of the process: see PatternRates.usualOf. */
  readonly rateUsual: Float32Array;
  /** Squared relative straying of the fast rate from the usual one, beyond chance: see PatternRates.strays. */
  readonly dispersion: Float32Array;
  /** Mean billed bytes a record. */
  readonly meanBytes: Float32Array;
  /** Probability of the plan, and K of the arrival-index decay: p_n = min(p, K / n). */
  readonly plan: Float32Array;
  readonly decayK: Float32Array;
  /** Value by severity and by what the text says: see line-value.ts. */
  readonly worth: Float32Array;
  /** Value by worth, age and policy. */
  readonly value: Float32Array;
  /** Floor in force by rule or policy, lines a minute; 0 = the default floor. */
  readonly floorPerMinute: Float32Array;
  /** Floor that the policy gives: in force where no rule sets another. */
  readonly policyFloor: Float32Array;
  /** TOTAL_* since the pattern took the row: for people. Side by side, because every record adds to all of them. */
  readonly totals: Float64Array;
  /** Of those kept by a draw: Σ weight·(weight - 1), the variance of the count that weights give. */
  readonly weightVariance: Float64Array;
  /** Arrivals and billed bytes since a tick visited the row, and how many of them a rule settled that looks into records. */
  readonly tickCount: Uint32Array;
  readonly tickBytes: Float64Array;
  readonly tickRuled: Uint32Array;
  /** Arrivals since the last tick, of all rows. */
  arrivals = 0;
  /** The rows that the next tick is to visit because of what they said, each once. */
  readonly spoken: Int32Array;
  spokenCount = 0;
  readonly #isSpoken: Uint8Array;
  /** Share of the arrivals that such a rule settles: what is pinned or muted takes no part in the draw. */
  readonly ruledShare: Float32Array;
  /** Lines that drew by themselves: see Randomness.alone. Outlives the pattern, so that no start is met twice. */
  readonly drawn: Uint32Array;
  /** Arrival index in the current window, and which window that is. */
  readonly windowCount: Uint32Array;
  readonly windowEpoch: Uint32Array;
  /** 1: it came with the policy, or one of those that merged into it did; never young. */
  readonly isKnown: Uint8Array;
  /** First lines still to be kept. */
  readonly firstLines: Uint8Array;
  /** SPECIAL_* bits: 0 means the fast path. */
  readonly special: Uint8Array;
  /** Row of the service table. */
  readonly service: Uint16Array;
  /** Index into SEVERITY_CLASSES. */
  readonly severity: Uint8Array;
  /** Index of the rule that always holds for this pattern, or RULE_NONE / RULE_PER_RECORD. */
  readonly rule: Int16Array;
  /** `clears` when the row was last given up: who remembers a row asks whether it still means the same pattern. */
  readonly clearedAt: Uint32Array;
  clears = 0;
  /** Position in `live`, or -1. */
  readonly livePosition: Int32Array;
  readonly live: Int32Array;
  liveCount = 0;
  /** Told when a row becomes live, and before it no longer is: plans hold sums over live rows. */
  onJoin: (row: number) => void = () => undefined;
  onLeave: (row: number) => void = () => undefined;

  /** @param rows rows of the pattern table */
  constructor(rows: number) {
    this.lastSeenMs = new Float64Array(rows).fill(-1);
    this.firstSeenMs = new Float64Array(rows);
    this.floorDueMs = new Float64Array(rows);
    this.rateFast = new Float32Array(rows);
    this.rateSlow = new Float32Array(rows);
    this.rateUsual = new Float32Array(rows);
    this.dispersion = new Float32Array(rows);
    this.meanBytes = new Float32Array(rows);
    this.plan = new Float32Array(rows);
    this.decayK = new Float32Array(rows);
    this.worth = new Float32Array(rows).fill(1);
    this.value = new Float32Array(rows);
    this.floorPerMinute = new Float32Array(rows);
    this.policyFloor = new Float32Array(rows);
    this.totals = new Float64Array(rows * TOTALS_STRIDE);
    this.weightVariance = new Float64Array(rows);
    this.tickCount = new Uint32Array(rows);
    this.tickBytes = new Float64Array(rows);
    this.tickRuled = new Uint32Array(rows);
    this.spoken = new Int32Array(rows);
    this.#isSpoken = new Uint8Array(rows);
    this.ruledShare = new Float32Array(rows);
    this.drawn = new Uint32Array(rows);
    this.windowCount = new Uint32Array(rows);
    this.windowEpoch = new Uint32Array(rows);
    this.isKnown = new Uint8Array(rows);
    this.firstLines = new Uint8Array(rows);
    this.special = new Uint8Array(rows);
    this.service = new Uint16Array(rows);
    this.severity = new Uint8Array(rows);
    this.rule = new Int16Array(rows).fill(RULE_NONE);
    this.clearedAt = new Uint32Array(rows);
    this.livePosition = new Int32Array(rows).fill(-1);
    this.live = new Int32Array(rows);
  }

  activate(row: number): void {
    if (this.livePosition[row] >= 0) return;
    this.livePosition[row] = this.liveCount;
    this.live[this.liveCount++] = row;
    this.onJoin(row);
  }

  deactivate(row: number): void {
    const position = this.livePosition[row];
    if (position < 0) return;
    this.onLeave(row);
    const last = this.live[--this.liveCount];
    this.live[position] = last;
    this.livePosition[last] = position;
    this.livePosition[row] = -1;
  }

  /** The next tick visits the row. */
  speak(row: number): void {
    if (this.#isSpoken[row] === 1) return;
    this.#isSpoken[row] = 1;
    this.spoken[this.spokenCount++] = row;
  }

  /** A tick has visited all that spoke. */
  forgetSpoken(): void {
    for (let at = 0; at < this.spokenCount; at++) this.#isSpoken[this.spoken[at]] = 0;
    this.spokenCount = 0;
  }

  /** Forgets the row: its pattern was evicted and another will take its place. */
  clear(row: number): void {
    this.deactivate(row);
    this.clearedAt[row] = ++this.clears;
    this.lastSeenMs[row] = -1;
    this.rateFast[row] = 0;
    this.rateSlow[row] = 0;
    this.rateUsual[row] = 0;
    this.dispersion[row] = 0;
    this.meanBytes[row] = 0;
    this.plan[row] = 0;
    this.totals.fill(0, row * TOTALS_STRIDE, (row + 1) * TOTALS_STRIDE);
    this.weightVariance[row] = 0;
    this.decayK[row] = 0;
    this.tickCount[row] = 0;
    this.tickBytes[row] = 0;
    this.tickRuled[row] = 0;
    this.ruledShare[row] = 0;
    this.windowCount[row] = 0;
    this.windowEpoch[row] = 0;
    this.firstLines[row] = 0;
    this.special[row] = 0;
    this.floorPerMinute[row] = 0;
    this.policyFloor[row] = 0;
    this.isKnown[row] = 0;
    this.rule[row] = RULE_NONE;
  }
}

/** Records, content bytes, kept records. */
export const TOTAL_RECORDS = 0;
export const TOTAL_BYTES = 1;
export const TOTAL_KEPT = 2;
/** Σ (weight - 1) of those kept by a draw: with the kept, what their weights add up to. */
export const TOTAL_WEIGHT_BEYOND = 3;
export const TOTALS_STRIDE = 4;

export const RULE_NONE = -1;
/** Some rule may match, but it asks for attributes or body text: decided record by record. */
export const RULE_PER_RECORD = -2;

/** First lines are owed. */
export const SPECIAL_FIRST = 1;
/** ERROR or worse: on the lane. */
export const SPECIAL_ERROR = 2;
/** A rule holds or may hold. */
export const SPECIAL_RULE = 4;
