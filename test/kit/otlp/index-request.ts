/** Walks a whole request at once, where the product walks it in steps. */
import type { IndexPass } from "../../../src/core/otlp/index/index-pass.ts";
import type { LogBatch } from "../../../src/model/log-batch.ts";

/** @throws {DecodeError} as IndexPass.step */
export function indexRequest(pass: IndexPass, batch: LogBatch, bytes: Uint8Array, length: number): void {
  pass.begin(batch, bytes, length);
  while (!pass.step(Number.MAX_SAFE_INTEGER));
}
