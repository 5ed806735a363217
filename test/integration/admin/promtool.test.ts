import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { describe, expect, it } from "vitest";
import { startAdminPort } from "../../kit/product/admin-port.ts";

const HAS_PROMTOOL = spawnSync("promtool", ["--version"]).status === 0;

describe("/metrics", () => {
  it.skipIf(!HAS_PROMTOOL)("passes promtool check metrics (needs promtool)", async () => {
    const admin = await startAdminPort();
    const scraped = await admin.send("GET", "/metrics");
    await admin.stop();
    const ours = scraped.text.split("\n\n").filter((family) => family.includes("lipservice_"));

    const promtool = spawn("promtool", ["check", "metrics"]);
    promtool.stdin.end(`${ours.join("\n")}\n`);
    const [output, [code]] = await Promise.all([text(promtool.stderr), once(promtool, "close")]);

    expect([code, output]).toEqual([0, ""]);
  });
});
