import { describe, expect, it } from "vitest";
import { runCli } from "../../../../cmd/cli/cli.ts";
import { VERBS } from "../../../../cmd/cli/verb-table.ts";
import { recordedIo } from "../../../kit/otlp/recorded-io.ts";

describe("runCli", () => {
  it.each(VERBS.map(({ name, summary }) => [name, summary]))(
    "knows %s, with help that begins like its summary",
    async (name) => {
      const { io, stdout, stderr } = recordedIo();

      expect(await runCli([name, "--help"], io)).toBe(0);
      expect(stdout.join("\n")).toMatch(new RegExp(`^Usage: lipservice ${name} `));
      expect(stderr).toEqual([]);
    },
  );

  it("names every verb in its help, and completes every one", async () => {
    const help = recordedIo();
    const completion = recordedIo();
    await runCli(["--help"], help.io);
    await runCli(["completion", "bash"], completion.io);

    for (const { name, summary } of VERBS) {
      expect(help.stdout.join("\n")).toContain(summary.slice(0, 30));
      expect(completion.stdout.join("\n")).toContain(`"/${name}")`);
    }
  });

  it("tells an unknown failure in one sentence, with code 1", async () => {
    const { io, stderr } = recordedIo();
    const failing = {
      ...io,
      out: () => {
        throw new Error("the\npipe broke");
      },
    };

    expect(await runCli(["version"], failing)).toBe(1);
    expect(stderr).toEqual(["lipservice: the\\u000apipe broke"]);
  });
});
