import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { ProjectKey } from "../../../../src/exporters/posthog/project-key.ts";
import { HANG_MS } from "../../../kit/hang-guard.ts";
import { SilentLogger } from "../../../kit/silent-logger.ts";
import { VirtualEnvironment } from "../../../kit/virtual-environment.ts";
import { VirtualTimers } from "../../../kit/virtual-timers.ts";

function keyOf(
  key: string,
  file = "",
): { key: ProjectKey; timers: VirtualTimers; logger: SilentLogger; changes: string[] } {
  const timers = new VirtualTimers(new VirtualEnvironment());
  const logger = new SilentLogger();
  const changes: string[] = [];
  const made = new ProjectKey(key, file, { timers, logger, onChange: () => changes.push(made.current) });
  return { key: made, timers, logger, changes };
}

describe("ProjectKey", () => {
  it("is trimmed", () => {
    expect(keyOf(" phc_abc\n").key.current).toBe("phc_abc");
  });

  it("refuses what PostHog would refuse or lose, without printing it", () => {
    for (const bad of ["", "   ", `phc_${"x".repeat(61)}`, "phc_🦀", "phc_a\0b", "phc_a b", "phx_personal"]) {
      const { key } = keyOf(bad);
      expect(() => key.assertUsable(), bad).toThrow(/^the PostHog project API key /);
      try {
        key.assertUsable();
      } catch (error) {
        if (bad.trim() !== "") expect(String(error)).not.toContain(bad);
      }
    }
  });

  it("takes 64 characters, and warns of a key that is not a project key", () => {
    const exact = keyOf(`phc_${"x".repeat(60)}`);
    exact.key.assertUsable();
    const odd = keyOf("something");
    odd.key.assertUsable();

    expect(exact.logger.lines).toEqual([]);
    expect(odd.logger.lines.map((line) => line.level)).toEqual(["warn"]);
  });

  it("reads its file again every minute and tells of a new key, and of trouble once", async () => {
    const folder = await mkdtemp(join(tmpdir(), "lipservice-key-"));
    onTestFinished(() => rm(folder, { recursive: true }));
    const file = join(folder, "key");
    await writeFile(file, "phc_first\n");
    const { key, timers, logger, changes } = keyOf("phc_first", file);
    key.watch();
    const rereads = async (times: number): Promise<void> => {
      for (let reread = 0; reread < times; reread++) {
        await timers.advance(60_000);
        // The file is read for real: the next timer is there when it was.
        await vi.waitFor(() => expect(timers.pending).toBe(1), HANG_MS);
      }
    };
    await rereads(2);
    expect(changes).toEqual([]);
    await writeFile(file, "phc_second\n");
    await rereads(1);
    expect(changes).toEqual(["phc_second"]);
    await writeFile(file, "phx_wrong kind of key");
    await rereads(2);
    await rm(file);
    await rereads(2);
    key.stop();

    expect(key.current).toBe("phc_second");
    expect(logger.lines.map((line) => line.level)).toEqual(["info", "warn"]);
    expect(JSON.stringify(logger.lines)).not.toMatch(/phc_first|phc_second|wrong kind/);
    expect(timers.pending).toBe(0);
  });

  it("watches nothing without a file", () => {
    const { key, timers } = keyOf("phc_abc");
    key.watch();

    expect(timers.pending).toBe(0);
  });
});
