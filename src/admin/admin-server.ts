/**
 * The admin port: health, metrics and the API, apart from the data plane's ports. Started first and stopped last, so
 * that probes are answered while the rest starts and drains.
 */
import type { FastifyInstance } from "fastify";
import type { Endpoint } from "../config/endpoint.ts";
import { formatEndpoint, isLoopback } from "../config/endpoint.ts";
import type { Component } from "../model/ports/component.ts";
import type { AdminDependencies } from "./http/admin-app.ts";
import { createAdminApp } from "./http/admin-app.ts";
import { EventStreams } from "./http/event-streams.ts";
import type { AdminSettings } from "./settings.ts";

export class AdminServer implements Component {
  readonly id = "admin";
  readonly #settings: AdminSettings;
  readonly #dependencies: AdminDependencies;
  readonly #streams: EventStreams;
  #app: FastifyInstance | undefined;
  #listening: Endpoint | undefined;

  constructor(settings: AdminSettings, dependencies: AdminDependencies) {
    this.#settings = settings;
    this.#dependencies = dependencies;
    this.#streams = new EventStreams(settings, () => dependencies.sources.stats());
  }

  /** Where it listens, with the port that the system chose when 0 was asked for; undefined before start. */
  get endpoint(): Endpoint | undefined {
    return this.#listening;
  }

  async start(): Promise<void> {
    const { endpoint, token, insecureListen } = this.#settings;
    const wanted = formatEndpoint(endpoint);
    if (!isLoopback(endpoint) && token.isEmpty && !insecureListen) {
      throw new Error(
        `admin.endpoint is ${wanted} and admin.token is empty; set a token, or admin.insecure_listen: true`,
      );
    }
    const app = createAdminApp(this.#settings, this.#dependencies, this.#streams);
    this.#app = app;
    // Closing waits for open connections: the last answer on each must end it, not the client's idle timeout.
    app.addHook("onSend", (_request, reply, payload, done) => {
      if (this.#app === undefined) reply.header("connection", "close");
      done(null, payload);
    });
    try {
      await app.listen({ host: endpoint.host, port: endpoint.port });
    } catch (error) {
      const code = error instanceof Error && "code" in error ? String(error.code) : "unknown error";
      throw new Error(
        `Listening on ${wanted} (admin.endpoint) failed with ${code}; wanted a free port and an address of this machine`,
        { cause: error },
      );
    }
    const address = app.server.address();
    const port = typeof address === "object" && address !== null ? address.port : endpoint.port;
    this.#listening = { host: endpoint.host, port };
    this.#dependencies.logger.info({ endpoint: formatEndpoint(this.#listening) }, "admin port listens");
  }

  async shutdown(signal: AbortSignal): Promise<void> {
    this.#streams.close();
    const app = this.#app;
    if (app === undefined) return;
    this.#app = undefined;
    this.#listening = undefined;
    const cut = (): void => app.server.closeAllConnections();
    signal.addEventListener("abort", cut, { once: true });
    if (signal.aborted) cut();
    await app.close();
    signal.removeEventListener("abort", cut);
  }
}
