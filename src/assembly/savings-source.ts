/**
 * Savings for /api/v1/savings, and the bytes of services, in billed bytes: uncompressed bytes of requests as they
 * arrived, less those of requests that were exported or wait in the queue. The exported bytes are known exactly only
 * for all services together; they are divided by the bytes built for each service, so that the services add up to the
 * whole.
 */
import type { Savings } from "../admin/shapes/stats.ts";
import type { ProductParts } from "./product-parts.ts";

const SECONDS_PER_MONTH = 30 * 86_400;
const GIGABYTE = 1e9;

export interface ServiceBytes {
  readonly receivedBytes: number;
  readonly keptBytes: number;
}

export function readSavings(parts: ProductParts): Savings {
  const { price_per_gb } = parts.config.sampling.budget;
  const received = Math.round(parts.pipeline.billed.receivedTotal());
  const kept = Math.round(exportedBytes(parts));
  const scale = keptScale(parts);
  const seconds = Math.max(1, (parts.env.now().monoMs - parts.identity.startedMonoMs) / 1000);
  const saved = received - kept;
  return {
    since: new Date(parts.identity.startedWallMs).toISOString(),
    received_bytes: received,
    kept_bytes: kept,
    saved_bytes: saved,
    saved_ratio: received > 0 ? saved / received : 0,
    price_per_gb: price_per_gb ?? null,
    saved_money: price_per_gb === undefined ? null : (saved / GIGABYTE) * price_per_gb,
    projected_saved_bytes_per_month: (saved / seconds) * SECONDS_PER_MONTH,
    by_service: parts.engine.sampler.view.serviceNames.map((service, row) => {
      const { receivedBytes, keptBytes } = bytesOfService(parts, row, scale);
      return { service, received_bytes: receivedBytes, kept_bytes: keptBytes };
    }),
  };
}

/** @param row row of the service table */
export function bytesOfService(parts: ProductParts, row: number, scale: number = keptScale(parts)): ServiceBytes {
  const { received, built } = parts.pipeline.billed;
  return { receivedBytes: Math.round(received[row] ?? 0), keptBytes: Math.round(scale * (built[row] ?? 0)) };
}

/** Bytes that were exported or wait in the queue, per byte that was expected to be built. */
function keptScale(parts: ProductParts): number {
  const built = parts.pipeline.billed.builtTotal();
  return built > 0 ? exportedBytes(parts) / built : 0;
}

/** Bytes of the first exporter, whose destination is taken to be the billed one: every exporter gets every survivor. */
function exportedBytes({ exporters, telemetry, queue }: ProductParts): number {
  const first = exporters[0];
  const exported = first === undefined ? 0 : (telemetry.exporters.get(first.id)?.bytes ?? 0);
  return exported + queue.depth().bytes;
}
