/** Binding an address, with errors that say what to do, and the rule that nothing listens to the world unprotected. */
import type { Server } from "node:net";
import type { Endpoint } from "../../config/endpoint.ts";
import { formatEndpoint, isLoopback } from "../../config/endpoint.ts";

/**
 * Resolves when the server listens.
 * @param setting the configuration key of the address, for the error's sentence
 * @returns the address with the real port when 0 was asked for
 */
export async function bind(server: Server, address: Endpoint, setting: string): Promise<Endpoint> {
  await new Promise<void>((resolve, reject) => {
    const onError = (error: NodeJS.ErrnoException): void => {
      reject(new Error(`cannot listen on ${formatEndpoint(address)}: ${explain(error)} (${setting})`));
    };
    server.once("error", onError);
    server.listen({ host: address.host, port: address.port }, () => {
      server.off("error", onError);
      resolve();
    });
  });
  const bound = server.address();
  return typeof bound === "object" && bound !== null ? { host: bound.address, port: bound.port } : address;
}

/** @throws Error when others than this machine could connect without showing anything */
export function requireProtection(address: Endpoint, isProtected: boolean, setting: string): void {
  if (isProtected || isLoopback(address)) return;
  throw new Error(
    `${setting}: ${address.host} is reachable from other machines and no authentication is set: ` +
      "configure auth or a client CA, listen on 127.0.0.1, or set insecure_listen: true",
  );
}

function explain(error: NodeJS.ErrnoException): string {
  switch (error.code) {
    case "EADDRINUSE":
      return "the port is in use; stop the other process or choose another port";
    case "EACCES":
      return "the port needs privileges; choose one above 1023";
    case "EADDRNOTAVAIL":
    case "ENOTFOUND":
      return "this machine has no such address; use 127.0.0.1 or 0.0.0.0";
    default:
      return error.code ?? "the system refused";
  }
}
