/** A real admin port on a free port of loopback, and a client that may send any header, Host included. */

import type { IncomingHttpHeaders } from "node:http";
import { request } from "node:http";
import { text } from "node:stream/consumers";
import { AdminServer } from "../../../src/admin/admin-server.ts";
import type { AdminSettings } from "../../../src/admin/settings.ts";
import { ADMIN_LIMITS } from "../../../src/admin/settings.ts";
import type { AdminSources } from "../../../src/admin/sources.ts";
import { Secret } from "../../../src/config/secret.ts";
import { MetricsRegistry } from "../../../src/telemetry/metrics-registry.ts";
import { ProcessTelemetry } from "../../../src/telemetry/process-telemetry.ts";
import { restingSources } from "../gauge-sources.ts";
import { SilentLogger } from "../silent-logger.ts";
import { VirtualEnvironment } from "../virtual-environment.ts";
import { adminSources } from "./admin-sources.ts";

export interface AdminPort {
  readonly server: AdminServer;
  readonly logger: SilentLogger;
  readonly telemetry: ProcessTelemetry;
  readonly environment: VirtualEnvironment;
  readonly port: number;
  send(method: string, path: string, options?: SendOptions): Promise<AdminAnswer>;
  stop(): Promise<void>;
}

export interface SendOptions {
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON, with its media type. */
  readonly json?: unknown;
  /** Sent as it is. */
  readonly body?: string;
}

export interface AdminAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  /** The text as JSON; undefined when it is none. */
  readonly json: unknown;
}

export interface AdminPortOptions {
  readonly sources?: Partial<AdminSources>;
  /** An address beyond loopback is reached over loopback all the same. */
  readonly host?: string;
  readonly token?: string;
  readonly settings?: Partial<AdminSettings>;
}

export async function startAdminPort(options: AdminPortOptions = {}): Promise<AdminPort> {
  const logger = new SilentLogger();
  const telemetry = new ProcessTelemetry({ exporters: ["posthog"] });
  const environment = new VirtualEnvironment();
  const metrics = new MetricsRegistry(
    { telemetry, sources: restingSources(), version: "1.2.3" },
    { processMetrics: true },
  );
  const settings: AdminSettings = {
    ...ADMIN_LIMITS,
    endpoint: { host: options.host ?? "127.0.0.1", port: 0 },
    token: new Secret(options.token ?? ""),
    insecureListen: false,
    ...options.settings,
  };
  const server = new AdminServer(settings, { sources: adminSources(options.sources), metrics, logger, environment });
  await server.start();
  const port = server.endpoint?.port ?? 0;
  return {
    server,
    logger,
    telemetry,
    environment,
    port,
    send: (method, path, sendOptions) => send(port, method, path, sendOptions ?? {}),
    stop: () => server.shutdown(AbortSignal.abort()),
  };
}

async function send(port: number, method: string, path: string, options: SendOptions): Promise<AdminAnswer> {
  const body = options.json === undefined ? options.body : JSON.stringify(options.json);
  const type = options.json === undefined ? {} : { "content-type": "application/json" };
  const outgoing = request({ port, host: "127.0.0.1", method, path, headers: { ...type, ...options.headers } });
  const answered = new Promise<AdminAnswer>((resolve, reject) => {
    outgoing.on("error", reject);
    outgoing.on("response", (incoming) => {
      text(incoming).then(
        (answer) =>
          resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, text: answer, json: parse(answer) }),
        reject,
      );
    });
  });
  outgoing.end(body);
  return await answered;
}

function parse(answer: string): unknown {
  try {
    return JSON.parse(answer);
  } catch {
    return undefined;
  }
}
