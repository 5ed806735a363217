/** Binding of the stand-in's two HTTP servers. */
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";

/** Resolves to the address with the real port when the server listens; rejects when the port is taken. */
export async function listen(server: Server, host: string, port: number): Promise<AddressInfo> {
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, resolve);
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("Bind the stand-in: wanted a TCP address");
  return address;
}
