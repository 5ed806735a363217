/** A configuration that changes while the product runs: what takes effect, what waits, and what is told of a bad one. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import type { Health, ReloadResult } from "../../../src/admin/shapes/health.ts";
import { loadConfig } from "../../../src/config/load.ts";
import { nodeConfigHost } from "../../../src/config/node-config-host.ts";
import { formatProblem } from "../../../src/config/problem.ts";
import type { RunningProduct } from "../../kit/product/product.ts";
import { productForTest } from "../../kit/product/product.ts";

const GOOD = "sampling: { budget: { keep_ratio: 0.5 } }\n";
const MUTED =
  "sampling: { budget: { keep_ratio: 0.5 }, rules: [{ id: quiet, match: { service: shop }, kind: mute }] }\n";

/** A product that was started from GOOD and watches the file. */
async function watchingProduct(): Promise<{ running: RunningProduct; write: (text: string) => void }> {
  const directory = mkdtempSync(join(tmpdir(), "lipservice-reload-"));
  const path = join(directory, "config.yaml");
  const write = (text: string): void => writeFileSync(path, text);
  write(GOOD);
  const running = await productForTest({
    set: ["sampling.budget.keep_ratio=0.5", "sampling.seed=of the test"],
    reload: {
      files: { paths: [path], intervalMs: 20 },
      read: async () => {
        const request = {
          sources: [path],
          overrides: ["policy.path=", "sampling.seed=of the test"],
          purpose: "offline" as const,
        };
        const result = await loadConfig(request, nodeConfigHost({}));
        return result.ok
          ? { ok: true, config: result.config }
          : { ok: false, errors: result.errors.map((error) => formatProblem(error).replace(directory, "")) };
      },
    },
  });
  onTestFinished(() => rmSync(directory, { recursive: true }));
  return { running, write };
}

async function configuration(running: RunningProduct): Promise<Health["components"][number] | undefined> {
  return (await running.read<Health>("/healthz")).components.find(({ id }) => id === "configuration");
}

function inForce(running: RunningProduct): Promise<{ sampling: { budget: { keep_ratio: number }; rules: unknown[] } }> {
  return running.read("/api/v1/config");
}

describe("a configuration file that changes", () => {
  it("is read again by itself: rules take effect", async () => {
    const { running, write } = await watchingProduct();
    expect((await inForce(running)).sampling.rules).toEqual([]);
    write(MUTED);

    await expect
      .poll(async () => (await inForce(running)).sampling.rules)
      .toMatchObject([{ id: "quiet", kind: "mute" }]);
  });

  it("shows what is in force, and names what waits for a restart until it no longer differs", async () => {
    const { running, write } = await watchingProduct();
    write(MUTED.replace("0.5", "0.05"));
    const reload = async (): Promise<unknown> => (await running.api("POST", "/api/v1/reload", {})).json;
    const waiting: ReloadResult = { reloaded: true, restart_required: expect.arrayContaining(["sampling"]) };

    expect(await reload()).toEqual(waiting);
    expect(await reload()).toEqual(waiting);
    expect((await inForce(running)).sampling).toMatchObject({ budget: { keep_ratio: 0.5 }, rules: [{ id: "quiet" }] });
    expect((await configuration(running))?.message).toMatch(/^Changes of .*sampling.* wait for a restart$/);
    write(MUTED);
    expect(await reload()).toMatchObject({ restart_required: expect.not.arrayContaining(["sampling"]) });
  });

  it("and is wrong is told error by error, and stays visible until a good one was read", async () => {
    const { running, write } = await watchingProduct();
    write("sampling: { stamp: x }\nqueue: { max_bytes: 5 }\nexporters: { posthog: { api_kye: canary } }\n");
    await expect.poll(async () => (await configuration(running))?.state).toBe("degraded");

    const said = running.logger.lines.filter(({ level }) => level === "error").map(({ fields }) => fields["error"]);
    expect(said).toEqual(
      expect.arrayContaining([expect.stringMatching(/^\/config\.yaml:2:21: queue\.max_bytes is 5;/)]),
    );
    expect(said).toEqual(
      expect.arrayContaining([expect.stringMatching(/^\/config\.yaml:3:25: .*did you mean "api_key"/)]),
    );
    expect(JSON.stringify(running.logger.lines)).not.toContain("canary");
    expect(await running.read<Health>("/healthz")).toMatchObject({ status: "degraded" });
    expect((await configuration(running))?.message).toContain("3 errors");
    expect((await inForce(running)).sampling.budget.keep_ratio).toBe(0.5);

    write(GOOD);
    await expect.poll(async () => (await configuration(running))?.state).toBe("ok");
  });
});
