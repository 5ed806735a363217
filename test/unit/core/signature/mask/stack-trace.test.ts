import { describe, expect, it } from "vitest";
import type { PlainRecord } from "../../../../kit/otlp/record-builder.ts";
import { batchOf } from "../../../../kit/otlp/survivors.ts";
import { newStage, plainTemplate } from "../../../../kit/signing.ts";

function templatesOf(...records: readonly PlainRecord[]): string[] {
  const stage = newStage();
  const { batch } = batchOf(...records);
  stage.assign(batch, 0, batch.recordCount);
  return Array.from(batch.pattern.subarray(0, batch.recordCount), (row) => plainTemplate(stage, row));
}

const JAVA = (line: number): string =>
  [
    `java.io.IOException: disk ${line} is full`,
    `\tat java.base/java.io.FileOutputStream.write(FileOutputStream.java:${line})`,
    `\tat com.acme.Store$$Lambda$${line}/0x000000${line}.run(Unknown Source)`,
    `\tat com.acme.Store.save(Store.java:${line})`,
    `\tat com.acme.Store.save(Store.java:${line})`,
    `\tat com.acme.Main.main(Main.java:${line})`,
    `\tat org.springframework.Boot.run(Boot.java:${line})`,
    `Caused by: java.net.SocketException: reset ${line}`,
  ].join("\n");

describe("StackTrace", () => {
  const records = (line: number): PlainRecord => ({
    body: `saving order ${line} failed`,
    attributes: {
      "exception.type": "java.io.IOException",
      "exception.message": `disk ${line} is full`,
      "exception.stacktrace": JAVA(line),
    },
  });

  it("keeps types and frames of the application, without lines, lambdas and recursion", () => {
    const templates = templatesOf(records(7), records(1234));

    expect(templates[0]).toBe(
      "saving order <*> failed | java.io.IOException | com.acme.Store | com.acme.Store.save | com.acme.Main.main | java.net.SocketException",
    );
    expect(templates[1]).toBe(templates[0]);
  });

  it("follows the message of the exception where there is no body", () => {
    expect(
      templatesOf({ attributes: { "exception.type": "TypeError", "exception.message": "no property 5 of x" } }),
    ).toEqual(["no property <*> of x | TypeError"]);
  });

  it.each([
    [
      "Python",
      'Traceback (most recent call last):\n  File "/app/main.py", line 3, in main\n    run()\n  File "/usr/lib/python3/site-packages/x.py", line 9, in call\n    f()\n  File "/app/job.py", line 7, in run\n    open(x)\nFileNotFoundError: no file',
      " | run | main | FileNotFoundError",
    ],
    [
      "JavaScript",
      "Error: x\n    at async Store.save (/app/store.js:5:11)\n    at Object.<anonymous> (/app/node_modules/lib/i.js:1:1)\n    at /app/src/main.js:9:3\n    at node:internal/process:95:5",
      " | Store.save | main.js",
    ],
    [
      "Go",
      "goroutine 7 [running]:\nruntime.gopanic(0x1)\n\t/usr/local/go/src/runtime/panic.go:884 +0x213\nmain.(*Server).handle.func1(0xc00)\n\t/app/server.go:42 +0x1d\nmain.main()\n\t/app/main.go:9 +0x25",
      " | main.(*Server).handle.func | main.main",
    ],
    [
      ".NET",
      "System.Exception: x\n   at System.IO.File.Open(String p) in /_/src/File.cs:line 5\n   at Acme.Store.<SaveAsync>d__5.MoveNext() in C:\\src\\Store.cs:line 42",
      " | Acme.Store.<SaveAsync>d__.MoveNext",
    ],
    ["only a library", "Error: x\n    at call (/app/node_modules/lib/i.js:1:1)", " | call"],
  ])("finds the frames of a trace: %s", (_, trace, frames) => {
    expect(templatesOf({ body: "failed", attributes: { "exception.stacktrace": trace } })).toEqual([`failed${frames}`]);
  });

  it("is written once when the body and the attributes have it", () => {
    const body = `failed\n${JAVA(5)}`;
    const [plain, both] = templatesOf({ body }, { body, attributes: { "exception.stacktrace": JAVA(5) } });

    expect(both).toBe(plain);
  });
});
