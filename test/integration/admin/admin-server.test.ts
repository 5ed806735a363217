import { EventEmitter, once } from "node:events";
import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import { describe, expect, it } from "vitest";
import { startAdminPort } from "../../kit/product/admin-port.ts";

/** A promise and what resolves it. */
function gate(): { readonly promise: Promise<void>; readonly resolve: () => void } {
  const emitter = new EventEmitter();
  return { promise: once(emitter, "open").then(() => undefined), resolve: () => emitter.emit("open") };
}

describe("AdminServer", () => {
  it("names the address and the setting when it cannot listen", async () => {
    const taken = createServer().listen(0, "127.0.0.1");
    await once(taken, "listening");
    const { port } = taken.address() as AddressInfo;

    await expect(startAdminPort({ settings: { endpoint: { host: "127.0.0.1", port } } })).rejects.toThrow(
      `Listening on 127.0.0.1:${port} (admin.endpoint) failed with EADDRINUSE; wanted a free port and an address of this machine`,
    );

    taken.close();
  });

  it("answers what is under way before it closes, and takes no more", async () => {
    const release = gate();
    const entered = gate();
    const admin = await startAdminPort({
      sources: {
        config: async () => {
          entered.resolve();
          await release.promise;
          return { late: true };
        },
      },
    });

    const pending = admin.send("GET", "/api/v1/config");
    await entered.promise;
    const closed = admin.server.shutdown(new AbortController().signal);
    await expect(admin.send("GET", "/livez")).rejects.toThrow("ECONNREFUSED");
    release.resolve();

    expect((await pending).json).toEqual({ late: true });
    await closed;
  });

  it("cuts what is under way when the deadline passes", async () => {
    const deadline = new AbortController();
    const entered = gate();
    const admin = await startAdminPort({
      sources: {
        config: () => {
          entered.resolve();
          return new Promise(() => undefined);
        },
      },
    });

    const pending = admin.send("GET", "/api/v1/config");
    await entered.promise;
    const closed = admin.server.shutdown(deadline.signal);
    deadline.abort();

    await expect(pending).rejects.toThrow();
    await closed;
  });

  it("can be shut down twice", async () => {
    const admin = await startAdminPort();

    await admin.stop();
    await admin.stop();

    expect(admin.server.endpoint).toBeUndefined();
  });
});
