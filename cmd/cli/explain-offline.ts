/** Explanations without a running instance: what a fresh engine of this configuration and policy would do. */
import { explainRequest } from "../../src/assembly/explain-source.ts";
import type { Engine } from "../../src/core/engine/engine.ts";
import { DecodeError } from "../../src/core/otlp/wire/decode-error.ts";
import { transcodeLogsJson } from "../../src/core/otlp-json/transcode-logs-json.ts";
import type { Instant } from "../../src/model/instant.ts";
import { encodeNdjsonRecord } from "../../src/replay/ndjson-batches.ts";

export type OfflineTraces =
  | { readonly ok: true; readonly items: readonly object[] }
  | { readonly ok: false; readonly message: string };

/** @param body an OTLP/JSON request, or one record in ndjson's fields */
export function explainOffline(engine: Engine, body: object, now: Instant): OfflineTraces {
  const json = Buffer.from(JSON.stringify(body));
  const request = "resourceLogs" in body ? transcoded(json) : encodeNdjsonRecord(json);
  if (typeof request === "string") return { ok: false, message: request };
  const result = explainRequest(engine, request, now);
  return result.kind === "explained" ? { ok: true, items: result.items } : { ok: false, message: result.message };
}

function transcoded(json: Buffer): Uint8Array | string {
  try {
    return transcodeLogsJson(json, json.length).request;
  } catch (error) {
    if (error instanceof DecodeError) return error.message;
    throw error;
  }
}
