/**
 * Writes the stamps of a survivor: LipService's attributes, one set at the end of its LogRecord.
 * minimal: the pattern, and the weight if it is not 1. full: everything that explains the decision. none: the weight if
 * it is not 1, because counts would be wrong without it. Thresholds follow OpenTelemetry's probability sampling: T of
 * 56 bits in hexadecimal without trailing zeros, here of at most five digits.
 */
import type { DecisionColumns } from "../../../model/decision.ts";
import { KEEP_REASONS } from "../../../model/decision.ts";
import type { LogBatch } from "../../../model/log-batch.ts";
import type { ByteWriter } from "../wire/byte-writer.ts";
import { varintSize } from "../wire/byte-writer.ts";
import { encodeUtf8, utf8Length } from "../wire/utf8.ts";
import type { ValueReader } from "../wire/value-reader.ts";
import { FIELD_RECORD_ATTRIBUTES, TAG_RECORD_ATTRIBUTE } from "../wire/wire-schema.ts";

export type StampMode = "minimal" | "full" | "none";

/** What stamps contain beyond the batch's columns. Called for survivors only. */
export interface StampSource {
  /** Identifier of the policy that decided. */
  readonly policyVersion: string;
  /** ASCII bytes of the pattern id of a row of the pattern table. */
  idBytes(pattern: number): Uint8Array;
  /** Text of the pattern's template; for `full` only. */
  template(pattern: number): string;
  /** 14 lower-case hex digits of R of a record, or "" when R is the trace id's own; only for `full`. */
  randomness(decided: DecidedBatch, i: number): string;
  /** A log.record.uid for one record, or "" for none; only for `full`, and only where the sender set none. */
  uid(): string;
}

/** A batch and what one sampler decided about its records. */
export interface DecidedBatch {
  readonly batch: LogBatch;
  readonly decisions: DecisionColumns;
}

export interface StampPlan {
  readonly mode: StampMode;
  /** Mode observe, which forwards everything: stamps are the pattern and the weight that a trusted peer gave. */
  readonly observe: boolean;
  readonly source: StampSource;
}

const PATTERN_PREFIX = attributePrefix("lipservice.pattern", 2 + 12, [0x0a, 12]);
const WEIGHT_PREFIX = attributePrefix("lipservice.weight", 1 + 8, [0x21]);
const UID = encodeUtf8("log.record.uid");

/** Number of probabilities: a threshold of five hex digits has 20 bits. */
const THRESHOLD_STEPS = 0x10_0000;

/**
 * Appends the stamps of record `i` to the content of its LogRecord.
 * @param values scratch for reading the record
 */
export function writeStamps(
  decided: DecidedBatch,
  i: number,
  plan: StampPlan,
  values: ValueReader,
  out: ByteWriter,
): void {
  const { batch, decisions } = decided;
  const pattern = batch.pattern[i];
  if (plan.mode !== "none" && pattern >= 0) {
    out.raw(PATTERN_PREFIX, 0, PATTERN_PREFIX.length);
    out.raw(plan.source.idBytes(pattern), 0, 12);
  }
  if (decisions.weight[i] !== 1) {
    out.raw(WEIGHT_PREFIX, 0, WEIGHT_PREFIX.length);
    out.double(decisions.weight[i]);
  }
  if (plan.mode === "full" && !plan.observe) writeExplanation(decided, i, plan.source, values, out);
}

/** OpenTelemetry's sampling.threshold, T in p = 1 - T/2^56: "0" for p = 1, "c" for p = 0.25. */
export function thresholdText(probability: number): string {
  const steps = Math.min(THRESHOLD_STEPS - 1, Math.max(0, Math.round((1 - probability) * THRESHOLD_STEPS)));
  let digits = steps.toString(16).padStart(5, "0");
  while (digits.length > 1 && digits.endsWith("0")) digits = digits.slice(0, -1);
  return digits;
}

function writeExplanation(
  decided: DecidedBatch,
  i: number,
  source: StampSource,
  values: ValueReader,
  out: ByteWriter,
): void {
  const { batch, decisions } = decided;
  // Context (weight 0) came by no probability of its own, so it has no threshold.
  if (decisions.weight[i] !== 0) {
    writeText("sampling.threshold", thresholdText(decisions.probability[i]), out);
    const randomness = source.randomness(decided, i);
    if (randomness !== "") writeText("sampling.randomness", randomness, out);
  }
  writeText("lipservice.reason", KEEP_REASONS[decisions.reason[i]] ?? "sampled", out);
  writeText("lipservice.policy", source.policyVersion, out);
  if (batch.pattern[i] >= 0) writeText("lipservice.template", source.template(batch.pattern[i]), out);
  const uid = source.uid();
  // A sender's own uid stays: it is the one that other systems know the record by.
  const hasUid = values.findValue(batch.bytes, batch.recordStart[i], batch.recordEnd[i], FIELD_RECORD_ATTRIBUTES, UID);
  if (uid !== "" && !hasUid) writeText("log.record.uid", uid, out);
}

function writeText(key: string, text: string, out: ByteWriter): void {
  const textSize = utf8Length(text);
  const valueSize = 1 + varintSize(textSize) + textSize;
  out.byte(TAG_RECORD_ATTRIBUTE);
  out.varint(2 + key.length + 1 + varintSize(valueSize) + valueSize);
  out.stringField(0x0a, key);
  out.byte(0x12);
  out.varint(valueSize);
  out.stringField(0x0a, text);
}

/** Encoded attribute without the last bytes of its value. */
function attributePrefix(key: string, valueSize: number, valueHead: readonly number[]): Uint8Array {
  const keyBytes = Array.from(key, (character) => character.charCodeAt(0));
  const size = 2 + key.length + 2 + valueSize;
  return Uint8Array.of(TAG_RECORD_ATTRIBUTE, size, 0x0a, key.length, ...keyBytes, 0x12, valueSize, ...valueHead);
}
