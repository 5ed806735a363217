/** admin: the port for people and monitoring. */
import type { z } from "zod";
import type { Endpoint } from "../endpoint.ts";
import { endpoint } from "../fields/address.ts";
import { flag } from "../fields/choice.ts";
import { section } from "../fields/group.ts";
import { secret } from "../fields/secret.ts";
import type { Secret } from "../secret.ts";

export interface AdminConfig {
  readonly endpoint: Endpoint;
  /** Empty: none. */
  readonly token: Secret;
  readonly insecure_listen: boolean;
}

export function adminSection(): z.ZodType<AdminConfig> {
  return section("Health, metrics, console and API.", {
    endpoint: endpoint({
      about: "host:port to listen on.",
      why: "The Collector's port for its own metrics; loopback, because the API shows log patterns.",
      default: "127.0.0.1:8888",
    }),
    token: secret({
      about:
        "Bearer token of the API: required for changes, and beyond loopback for everything but health and metrics.",
      why: "A default token would be public; LIPSERVICE_ADMIN_TOKEN sets it too.",
      default: "",
    }),
    insecure_listen: flag({
      about: "Listen beyond loopback without a token.",
      why: "Every client that can connect could stop all dropping, so an open port must be configured explicitly.",
      default: false,
    }),
  });
}
