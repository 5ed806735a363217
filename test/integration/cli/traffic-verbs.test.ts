import { describe, expect, it } from "vitest";
import { lipservice, startLipservice } from "../../kit/product/command-line.ts";

describe("lipservice standin and loadgen", () => {
  it("make traffic and take it, and both say how much it was", async () => {
    const standin = startLipservice(["standin", "--project-token", "phc_cli_test"]);
    const line = await standin.nextLine();
    const capture = /capture (http:[^,\s]+)/.exec(line)?.[1] ?? "";
    const load = await lipservice([
      ...["loadgen", "--endpoint", capture, "--header", "Authorization=Bearer phc_cli_test", "--records", "200"],
      ...["--batch", "50", "--rate", "5000", "--gzip", "--no-progress", "--output", "json"],
    ]);
    standin.signal("SIGTERM");
    const { code, stdout } = await standin.ended;

    expect(load).toMatchObject({ code: 0, stderr: "" });
    const { records } = JSON.parse(load.stdout);
    expect(records.accepted).toBeGreaterThanOrEqual(200);
    expect(code).toBe(0);
    expect(stdout).toContain(`${records.accepted} records accepted, ${records.accepted} stored`);
  });

  it("loadgen ends with 3 when nobody answers", async () => {
    const load = await lipservice([
      "loadgen",
      "--endpoint",
      "http://127.0.0.1:9",
      "--records",
      "1",
      "--duration",
      "100ms",
      "--no-progress",
    ]);

    expect(load.code).toBe(3);
  });

  it.each([
    [
      ["loadgen", "--rate", "fast"],
      "option '--rate <records>' argument 'fast' is invalid. wanted a number of at least 0",
    ],
    [["loadgen", "--header", "canary"], "--header has no name and value; wanted name=value"],
    [
      ["standin", "--port", "70000"],
      "option '--port <port>' argument '70000' is invalid. wanted a port from 0 to 65535",
    ],
    [["standin", "--quota", "x"], "option '--quota <what>' argument 'x' is invalid. Allowed choices are ignore, 429."],
  ])("refuse %j with code 2", async (args, sentence) => {
    const result = await lipservice(args);

    expect(result).toMatchObject({ code: 2, stdout: "" });
    expect(result.stderr).toContain(sentence);
  });
});
