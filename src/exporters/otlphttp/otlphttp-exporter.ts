/**
 * Any OTLP/HTTP server: POST {endpoint}/v1/logs, protobuf, with headers of the operator's. A partial success is an
 * answer, never a reason to send again; what it refused is counted. Records go out as they are in the queue.
 */
import type { Exporter } from "../../model/ports/exporter.ts";
import { assembleSendLoop } from "../assemble-exporter.ts";
import type { ExporterDeps } from "../exporter-deps.ts";
import type { OtlpHttpSettings } from "../exporter-settings.ts";
import { endpointUrl } from "../http/endpoint-url.ts";
import { HttpDestination } from "../http/http-destination.ts";
import { openUndiciTransport } from "../http/undici-transport.ts";
import { regroupUnchanged } from "../sending/core-regroup.ts";
import { SendingExporter } from "../sending/sending-exporter.ts";
import { systemTimers } from "../sending/timers.ts";
import { rejectedLogRecords } from "./partial-success.ts";
import { requestHeaders } from "./request-headers.ts";

/** @throws Error with one sentence when the endpoint is no URL, or a header cannot be sent */
export function createOtlpHttpExporter(settings: OtlpHttpSettings, deps: ExporterDeps): Exporter {
  const timers = deps.timers ?? systemTimers();
  const headers = requestHeaders(settings.headers);
  const target = {
    url: endpointUrl(settings.endpoint, "v1/logs", "otlphttp.endpoint"),
    maxConnections: settings.maxConcurrency,
  };
  const destination = new HttpDestination(
    {
      target,
      compression: settings.compression,
      timeoutMs: settings.timeoutMs,
      userAgent: `lipservice/${deps.version}`,
      headers: () => headers,
      credential: "the headers",
      address: "the endpoint",
      rejectedRecords: rejectedLogRecords,
    },
    deps.env,
    deps.openTransport ?? ((to) => Promise.resolve(openUndiciTransport(to, timers))),
  );
  const sendLoop = assembleSendLoop(settings, deps, {
    destination,
    regroup: regroupUnchanged(),
    maxBytesPerSecond: settings.maxBytesPerSecond,
  });
  return new SendingExporter({ id: settings.id, sendLoop, destination });
}
