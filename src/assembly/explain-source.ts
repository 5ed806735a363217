/** Explanations of records: they are indexed and looked up like any other, but not counted, learned or forwarded. */
import type { ExplainInput, ExplainResult, ExplainTrace } from "../admin/shapes/explain.ts";
import type { Engine } from "../core/engine/engine.ts";
import { DecodeError } from "../core/otlp/wire/decode-error.ts";
import { transcodeLogsJson } from "../core/otlp-json/transcode-logs-json.ts";
import type { Instant } from "../model/instant.ts";
import { SEVERITY_CLASSES } from "../model/severity.ts";
import { encodeNdjsonRecord } from "../replay/ndjson-batches.ts";

/** The sender of an explained record: none, because the record is not decided. */
const NO_SENDER = { trusted: false, peer: 0 } as const;

/** @param request a protobuf ExportLogsServiceRequest */
export function explainRequest(engine: Engine, request: Uint8Array, now: Instant): ExplainResult {
  const transaction = engine.begin(request, NO_SENDER);
  try {
    const { batch } = transaction;
    while (!transaction.index());
    if (batch.recordCount === 0) return { kind: "invalid", message: "the input contains no log record" };
    const items: ExplainTrace[] = [];
    for (let i = 0; i < batch.recordCount; i++) {
      const found = engine.inspect(batch, i);
      const scope = { service: found.service, severityClass: found.severityClass, id: found.id };
      const decision = engine.sampler.explain({ batch, record: i, scope, row: found.row }, now);
      items.push({
        pattern: found.id,
        template: found.template,
        masked: found.masked,
        aliases: found.aliases,
        known: found.row >= 0,
        service: found.service,
        severity: SEVERITY_CLASSES[found.severityClass] ?? "unspecified",
        tokens: found.tokens.map(({ text, kind }) => ({ text, mask: kind === "text" ? null : kind })),
        steps: decision.steps,
        keep: decision.probability >= 1,
        reason: decision.reason,
        probability: decision.probability,
        weight: decision.probability > 0 ? 1 / decision.probability : 0,
        policy_version: engine.policyVersion,
      });
    }
    return { kind: "explained", items };
  } catch (error) {
    if (error instanceof DecodeError) return { kind: "invalid", message: error.message };
    throw error;
  } finally {
    transaction.end();
  }
}

export function explainInput(engine: Engine, input: ExplainInput, now: Instant): ExplainResult {
  if (input.format === "ndjson") {
    const request = encodeNdjsonRecord(Buffer.from(JSON.stringify(input.record)));
    if (typeof request === "string") return { kind: "invalid", message: request };
    return explainRequest(engine, request, now);
  }
  try {
    const json = Buffer.from(JSON.stringify(input.request));
    return explainRequest(engine, transcodeLogsJson(json, json.length).request, now);
  } catch (error) {
    if (error instanceof DecodeError) return { kind: "invalid", message: error.message };
    throw error;
  }
}
