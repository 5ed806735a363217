import { mkdtemp, open, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import type { FileDestinationSettings } from "../../../../src/exporters/file/file-destination.ts";
import { FileDestination } from "../../../../src/exporters/file/file-destination.ts";
import type { OutgoingRequest } from "../../../../src/exporters/sending/destination.ts";
import { buildRequest } from "../../../kit/otlp/record-builder.ts";

function requestOf(body: string): OutgoingRequest {
  return { bytes: buildRequest([{ records: [{ body }] }]), recordCount: 1, countReasons: () => new Uint32Array(11) };
}

async function folderForTest(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "lipservice-file-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  return folder;
}

async function openFile(settings: Partial<FileDestinationSettings> & { path: string }): Promise<FileDestination> {
  const destination = new FileDestination({ maxFileBytes: 0, maxBackups: 0, ...settings });
  await destination.open();
  onTestFinished(() => destination.close());
  return destination;
}

/** Bodies of the records in a file, in order. */
async function bodiesIn(path: string): Promise<string[]> {
  const lines = (await readFile(path, "utf8")).trimEnd().split("\n");
  return lines.map((line) => JSON.parse(line).resourceLogs[0].scopeLogs[0].logRecords[0].body.stringValue);
}

describe("FileDestination", () => {
  it("appends one request a line, after what is there", async () => {
    const path = join(await folderForTest(), "out.jsonl");
    const first = await openFile({ path });
    expect(await first.send(requestOf("one"))).toEqual({ kind: "accepted", code: "OK", rejectedRecords: 0 });
    await first.close();
    const second = await openFile({ path });
    await second.send(requestOf("two"));

    expect(await bodiesIn(path)).toEqual(["one", "two"]);
  });

  it("sets a full file aside and keeps as many as it is told", async () => {
    const folder = await folderForTest();
    const path = join(folder, "out.jsonl");
    const destination = await openFile({ path, maxFileBytes: 200, maxBackups: 2 });
    for (const body of ["a", "b", "c", "d", "e", "f", "g"]) await destination.send(requestOf(body));

    expect((await readdir(folder)).sort()).toEqual(["out.jsonl", "out.jsonl.1", "out.jsonl.2"]);
    expect(await bodiesIn(`${path}.2`)).toEqual(["c", "d"]);
    expect(await bodiesIn(`${path}.1`)).toEqual(["e", "f"]);
    expect(await bodiesIn(path)).toEqual(["g"]);
  });

  it("starts over when no file is to be kept", async () => {
    const folder = await folderForTest();
    const path = join(folder, "out.jsonl");
    const destination = await openFile({ path, maxFileBytes: 100 });
    for (const body of ["a", "b", "c"]) await destination.send(requestOf(body));

    expect(await readdir(folder)).toEqual(["out.jsonl"]);
    expect(await bodiesIn(path)).toEqual(["c"]);
  });

  it("says what to do when the path cannot be opened", async () => {
    const destination = new FileDestination({ path: "/nonexistent/out.jsonl", maxFileBytes: 0, maxBackups: 0 });

    await expect(destination.open()).rejects.toThrow(/cannot append to .* \(ENOENT\): create its directory/);
  });

  it("asks for another try when the disk takes no more, and leaves no half line behind", async () => {
    const full = new FileDestination({ path: "/dev/full", maxFileBytes: 0, maxBackups: 0 });
    await full.open();
    const outcome = await full.send(requestOf("lost?"));
    await full.close();

    expect(outcome).toMatchObject({ kind: "retry", code: "UNAVAILABLE", message: expect.stringMatching(/ENOSPC/) });
  });

  it("cuts a short write back to the last whole line, and writes it again in full", async () => {
    const path = join(await folderForTest(), "out.jsonl");
    let roomBytes = 250;
    const destination = new FileDestination({ path, maxFileBytes: 0, maxBackups: 0 }, async (to) => {
      const file = await open(to, "a");
      const writeThrough = file.write.bind(file);
      const write = async (line: Uint8Array, from: number): Promise<{ bytesWritten: number; buffer: Uint8Array }> => {
        const part = line.subarray(from, from + roomBytes);
        roomBytes -= part.byteLength;
        if (part.byteLength > 0) await writeThrough(part);
        return { bytesWritten: part.byteLength, buffer: line };
      };
      return Object.assign(file, { write });
    });
    onTestFinished(() => destination.close());
    await destination.open();
    const outcomes = [await destination.send(requestOf("one")), await destination.send(requestOf("two"))];
    const third = requestOf("three");
    outcomes.push(await destination.send(third));
    expect(await bodiesIn(path)).toEqual(["one", "two"]);
    roomBytes = 1000;
    outcomes.push(await destination.send(third));

    expect(outcomes.map((outcome) => outcome.kind)).toEqual(["accepted", "accepted", "retry", "accepted"]);
    expect(await bodiesIn(path)).toEqual(["one", "two", "three"]);
  });

  it("opens a new file when the old one was closed under it", async () => {
    const path = join(await folderForTest(), "out.jsonl");
    const destination = await openFile({ path });
    await destination.close();
    await writeFile(path, "");

    expect(await destination.send(requestOf("again"))).toMatchObject({ kind: "accepted" });
    expect(await bodiesIn(path)).toEqual(["again"]);
  });
});
