/** Listeners: who can reach them, with which certificates, and that no two want one port. */

import { isLoopback, parseEndpoint } from "../endpoint.ts";
import { formatPath } from "../problem.ts";
import { nodeAt, shownAt, textAt } from "../source/source-node.ts";
import type { CheckContext } from "./check-context.ts";
import { isTrue, listLength } from "./check-context.ts";

const GRPC = ["receivers", "otlp", "protocols", "grpc"] as const;
const HTTP = ["receivers", "otlp", "protocols", "http"] as const;

export function checkListeners(context: CheckContext): void {
  for (const protocol of [GRPC, HTTP]) {
    checkTls(context, protocol);
    const authenticated =
      listLength(context, [...protocol, "auth", "bearer_tokens"]) > 0 ||
      listLength(context, [...protocol, "auth", "basic_users"]) > 0 ||
      textAt(context.root, [...protocol, "tls", "client_ca_file"]) !== undefined;
    const remedy = `${formatPath([...protocol, "auth"])}, or insecure_listen: true`;
    checkExposure(context, protocol, authenticated, remedy);
    const plain = textAt(context.root, [...protocol, "tls", "cert_file"]) === undefined;
    if (authenticated && plain && exposedEndpoint(context, protocol) !== undefined) {
      context.warn(
        [...protocol, "endpoint"],
        `${formatPath(protocol)} takes credentials without TLS: others on the network can read them`,
      );
    }
  }
  const hasToken = textAt(context.root, ["admin", "token"]) !== undefined;
  checkExposure(context, ["admin"], hasToken, "admin.token (LIPSERVICE_ADMIN_TOKEN), or insecure_listen: true");
  const protocols = nodeAt(context.root, ["receivers", "otlp", "protocols"]);
  if (protocols?.kind === "map" && protocols.entries.size === 0) {
    context.error(["receivers", "otlp", "protocols"], "receivers.otlp.protocols is empty; wanted grpc, http or both");
  }
}

function checkExposure(
  context: CheckContext,
  listener: readonly string[],
  authenticated: boolean,
  remedy: string,
): void {
  const exposed = exposedEndpoint(context, listener);
  if (exposed === undefined || authenticated || isTrue(context, [...listener, "insecure_listen"])) return;
  const path = [...listener, "endpoint"];
  context.error(
    path,
    `${formatPath(path)} is ${exposed}, which others can reach, without authentication; wanted a loopback address, ${remedy}`,
  );
}

/** The endpoint as written when it is not on loopback. */
function exposedEndpoint(context: CheckContext, listener: readonly string[]): string | undefined {
  const text = textAt(context.root, [...listener, "endpoint"]);
  const endpoint = text === undefined ? undefined : parseEndpoint(text);
  return endpoint === undefined || isLoopback(endpoint) ? undefined : shownAt(context.root, [...listener, "endpoint"]);
}

function checkTls(context: CheckContext, protocol: readonly string[]): void {
  const tls = [...protocol, "tls"];
  const has = (key: string): boolean => textAt(context.root, [...tls, key]) !== undefined;
  if (has("cert_file") !== has("key_file")) {
    const missing = has("cert_file") ? "key_file" : "cert_file";
    context.error(
      [...tls, missing],
      `${formatPath([...tls, missing])} is not set; wanted both cert_file and key_file, or neither`,
    );
  }
  if (has("client_ca_file") && !has("cert_file")) {
    context.error(
      [...tls, "client_ca_file"],
      `${formatPath([...tls, "client_ca_file"])} is set without cert_file; wanted TLS, or no client_ca_file`,
    );
  }
}

/** Two listeners on one port: the second would fail to bind at start. */
export function checkPorts(context: CheckContext): void {
  const listeners = [
    { path: GRPC, fallback: "127.0.0.1:4317", on: isOn(context, GRPC) },
    { path: HTTP, fallback: "127.0.0.1:4318", on: isOn(context, HTTP) },
    { path: ["admin"], fallback: "127.0.0.1:8888", on: true },
  ];
  const taken = new Map<number, readonly string[]>();
  for (const { path, fallback, on } of listeners) {
    const own = [...path, "endpoint"];
    const endpoint = parseEndpoint(textAt(context.root, own) ?? fallback);
    if (!on || endpoint === undefined || endpoint.port === 0) continue;
    const other = taken.get(endpoint.port);
    taken.set(endpoint.port, own);
    if (other === undefined) continue;
    // At the one that was written: the other may be a default.
    const [blamed, kept] = nodeAt(context.root, own) === undefined ? [other, own] : [own, other];
    context.error(
      blamed,
      `${formatPath(blamed)} has port ${endpoint.port}, as ${formatPath(kept)} has; wanted different ports`,
    );
  }
}

function isOn(context: CheckContext, protocol: readonly string[]): boolean {
  return nodeAt(context.root, protocol.slice(0, -1))?.kind !== "map" || nodeAt(context.root, protocol) !== undefined;
}
