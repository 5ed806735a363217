/** The table of exporters: one row a kind. A new kind is a destination and a row here. */
import type { Exporter } from "../model/ports/exporter.ts";
import { assembleSendLoop } from "./assemble-exporter.ts";
import { DebugDestination } from "./debug/debug-destination.ts";
import type { ExporterDeps } from "./exporter-deps.ts";
import type { ExporterSettings } from "./exporter-settings.ts";
import { FileDestination } from "./file/file-destination.ts";
import { createOtlpHttpExporter } from "./otlphttp/otlphttp-exporter.ts";
import { createPosthogExporter } from "./posthog/posthog-exporter.ts";
import { regroupUnchanged } from "./sending/core-regroup.ts";
import type { Destination } from "./sending/destination.ts";
import { SendingExporter } from "./sending/sending-exporter.ts";

/**
 * One exporter for each of the settings, each with its own reader of the queue: call before the queue starts.
 * @throws Error with one sentence when a setting cannot be used
 */
export function createExporters(settings: readonly ExporterSettings[], deps: ExporterDeps): Exporter[] {
  return settings.map((one) => createExporter(one, deps));
}

function createExporter(settings: ExporterSettings, deps: ExporterDeps): Exporter {
  switch (settings.kind) {
    case "posthog":
      return createPosthogExporter(settings, deps);
    case "otlphttp":
      return createOtlpHttpExporter(settings, deps);
    case "file":
      return createLocalExporter(settings, deps, new FileDestination(settings));
    case "debug":
      return createLocalExporter(settings, deps, new DebugDestination(deps.logger.child({ exporter: settings.id })));
  }
}

/** A destination on this machine: one request at a time, in order. */
function createLocalExporter(settings: ExporterSettings, deps: ExporterDeps, destination: Destination): Exporter {
  const parts = { destination, regroup: regroupUnchanged(), maxBytesPerSecond: 0 };
  const sendLoop = assembleSendLoop({ ...settings, maxConcurrency: 1 }, deps, parts);
  return new SendingExporter({ id: settings.id, sendLoop, destination });
}
