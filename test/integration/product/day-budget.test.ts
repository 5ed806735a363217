/** A day's bytes through `lipservice replay`: two and a half recorded days, by whose times the days are told. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { lipservice } from "../../kit/product/command-line.ts";

const STEP_SECONDS = 40;
const DAY_SECONDS = 86_400;
/** A Thursday, at midnight UTC. */
const START_SECONDS = 1_767_225_600;
const GB_PER_DAY = 0.001;

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), "lipservice-days-"));
});
afterAll(() => rmSync(directory, { recursive: true }));

/** Ten times as many lines by day as by night, 6 MB a day. */
function recorded(): string {
  const lines: string[] = [];
  for (let second = 0; second < 2.5 * DAY_SECONDS; second += STEP_SECONDS) {
    const hour = (second % DAY_SECONDS) / 3600;
    const count = Math.round(6 - 5 * Math.cos((2 * Math.PI * hour) / 24));
    for (let i = 0; i < count; i++) {
      const body = `order ${second + i} of customer ${(second * 7 + i) % 1000} accepted by worker ${i} ${"and so on ".repeat(30)}`;
      lines.push(JSON.stringify({ time_unix_nano: `${START_SECONDS + second}000000000`, service: "shop", body }));
    }
  }
  return lines.join("\n");
}

describe("gb_per_day", () => {
  it("holds on every UTC day of a recording, is used, and is paced: half a day costs about half", async () => {
    const path = join(directory, "days.ndjson");
    writeFileSync(path, recorded());
    const args = ["replay", path, "--output", "json", "--set", `sampling.budget.gb_per_day=${GB_PER_DAY}`];
    const { code, stdout, stderr } = await lipservice(args);

    expect(code, stderr).toBe(0);
    const { kept, budget } = JSON.parse(stdout);
    expect(budget.worst_day_bytes).toBeLessThanOrEqual(GB_PER_DAY * 1e9);
    expect(budget.worst_day_bytes).toBeGreaterThan(0.97 * GB_PER_DAY * 1e9);
    expect(kept.bytes / (GB_PER_DAY * 1e9)).toBeGreaterThan(2.35);
    expect(kept.bytes / (GB_PER_DAY * 1e9)).toBeLessThan(2.55);
  });
});
