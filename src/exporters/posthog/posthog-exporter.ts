/**
 * PostHog's log capture: POST {host}/i/v1/logs with the project API key, protobuf, gzip. What it would refuse or lose
 * (timestamps, ids, NaN) is repaired while regrouping. A 200 is the commit point; its body says nothing (always "{}").
 */
import type { Exporter } from "../../model/ports/exporter.ts";
import { assembleSendLoop } from "../assemble-exporter.ts";
import type { ExporterDeps } from "../exporter-deps.ts";
import type { PosthogSettings } from "../exporter-settings.ts";
import { endpointUrl } from "../http/endpoint-url.ts";
import { HttpDestination } from "../http/http-destination.ts";
import { openUndiciTransport } from "../http/undici-transport.ts";
import { regroupForPosthog } from "../sending/core-regroup.ts";
import { SendingExporter } from "../sending/sending-exporter.ts";
import { systemTimers } from "../sending/timers.ts";
import { ProjectKey } from "./project-key.ts";

const PATH = "i/v1/logs";

/** @throws Error with one sentence when the host is no URL; start() rejects when the key cannot be one */
export function createPosthogExporter(settings: PosthogSettings, deps: ExporterDeps): Exporter {
  const timers = deps.timers ?? systemTimers();
  const logger = deps.logger.child({ exporter: settings.id });
  const key = new ProjectKey(settings.apiKey, settings.apiKeyFile, {
    timers,
    logger,
    onChange: () => sendLoop.reopen(),
  });
  const target = { url: endpointUrl(settings.host, PATH, "posthog.host"), maxConnections: settings.maxConcurrency };
  const destination = new HttpDestination(
    {
      target,
      compression: settings.compression,
      timeoutMs: settings.timeoutMs,
      userAgent: `lipservice/${deps.version}`,
      headers: () => ({ authorization: `Bearer ${key.current}` }),
      credential: "the project API key",
      address: "the host",
      rejectedRecords: () => 0,
    },
    deps.env,
    deps.openTransport ?? ((to) => Promise.resolve(openUndiciTransport(to, timers))),
  );
  const sendLoop = assembleSendLoop(settings, deps, {
    destination,
    regroup: regroupForPosthog(deps.telemetry, settings.maxRequestBytes),
    maxBytesPerSecond: settings.maxBytesPerSecond,
  });
  return new SendingExporter({
    id: settings.id,
    sendLoop,
    destination,
    beforeStart: () => {
      key.assertUsable();
      key.watch();
    },
    afterStop: () => key.stop(),
  });
}
