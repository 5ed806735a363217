import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as passes } from "node:timers/promises";
import { beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { FileWatch } from "../../../src/runtime/file-watch.ts";

const INTERVAL_MS = 10;

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "lipservice-watch-"));
  onTestFinished(() => rmSync(directory, { recursive: true }));
});

async function watched(...paths: readonly string[]): Promise<{ told: () => number; watch: FileWatch }> {
  let told = 0;
  const watch = new FileWatch({ paths, intervalMs: INTERVAL_MS }, () => told++);
  await watch.start();
  onTestFinished(() => watch.shutdown());
  return { told: () => told, watch };
}

/** A mounted ConfigMap: file → ..data/file, ..data → ..version; an update swaps the middle link. */
function swapConfigMap(version: string, text: string): void {
  mkdirSync(join(directory, version));
  writeFileSync(join(directory, version, "config.yaml"), text);
  symlinkSync(version, join(directory, "..data_tmp"));
  renameSync(join(directory, "..data_tmp"), join(directory, "..data"));
}

describe("a watch over files", () => {
  it("tells of a file that was written, once, and is quiet otherwise", async () => {
    const path = join(directory, "config.yaml");
    writeFileSync(path, "a: 1\n");
    const { told } = await watched(path);
    await passes(5 * INTERVAL_MS);
    expect(told()).toBe(0);

    writeFileSync(path, "a: 2, and longer\n");
    await expect.poll(told).toBe(1);
    await passes(5 * INTERVAL_MS);
    expect(told()).toBe(1);
  });

  it("tells of a ConfigMap whose link was swapped", async () => {
    swapConfigMap("..version1", "a: 1\n");
    const path = join(directory, "config.yaml");
    symlinkSync(join("..data", "config.yaml"), path);
    const { told } = await watched(path);

    swapConfigMap("..version2", "a: 2\n");
    await expect.poll(told).toBe(1);
  });

  it("waits for a file that is gone to come back, and for all to come to rest", async () => {
    const [first, second] = [join(directory, "a.yaml"), join(directory, "b.yaml")];
    for (const path of [first, second]) writeFileSync(path, "a: 1\n");
    const { told } = await watched(first, second);
    rmSync(second);
    writeFileSync(first, "a: 2 and more\n");
    await passes(10 * INTERVAL_MS);
    expect(told()).toBe(0);

    writeFileSync(second, "b: 2 and more\n");
    await expect.poll(told).toBe(1);
  });

  it("tells nothing any more after shutdown", async () => {
    const path = join(directory, "config.yaml");
    writeFileSync(path, "a: 1\n");
    const { told, watch } = await watched(path);
    await watch.shutdown();
    writeFileSync(path, "a: 2, and longer\n");
    await passes(10 * INTERVAL_MS);

    expect(told()).toBe(0);
  });
});
