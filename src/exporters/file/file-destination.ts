/**
 * A file of OTLP/JSON: one ExportLogsServiceRequest a line, as the Collector's file exporter writes it. A line is in
 * the file whole or not at all: after a failed or short write the file is cut back to its last good end. Bounded, when
 * maxFileBytes is set, by maxFileBytes · (1 + maxBackups) plus one request.
 */

import type { FileHandle } from "node:fs/promises";
import { open, rename, rm } from "node:fs/promises";
import type { Destination, Outcome, OutgoingRequest } from "../sending/destination.ts";
import { otlpJsonLine } from "./otlp-json.ts";

export interface FileDestinationSettings {
  readonly path: string;
  /** The file is set aside as path.1 when the next line would make it larger; 0 = never. */
  readonly maxFileBytes: number;
  /** Files set aside that are kept: path.1 is the newest. */
  readonly maxBackups: number;
}

/** What is used of an open file. */
export type AppendFile = Pick<FileHandle, "stat" | "write" | "truncate" | "close">;

export class FileDestination implements Destination {
  readonly #settings: FileDestinationSettings;
  readonly #openFile: (path: string) => Promise<AppendFile>;
  #file: AppendFile | undefined;
  #goodBytes = 0;

  /** @param openFile opens a path for appending; Node's own unless a test brings a disk with faults */
  constructor(
    settings: FileDestinationSettings,
    openFile: (path: string) => Promise<AppendFile> = (path) => open(path, "a"),
  ) {
    this.#settings = settings;
    this.#openFile = openFile;
  }

  async open(): Promise<void> {
    try {
      await this.#open();
    } catch (error) {
      throw new Error(
        `cannot append to ${this.#settings.path} (${codeOf(error)}): create its directory or change path`,
      );
    }
  }

  async send(request: OutgoingRequest): Promise<Outcome> {
    const line = Buffer.from(`${otlpJsonLine(request.bytes)}\n`, "utf8");
    try {
      const file = await this.#fileFor(line.byteLength);
      const written = await writeAll(file, line);
      if (written < line.byteLength) return await this.#takeBack(file, "ENOSPC");
      this.#goodBytes += line.byteLength;
      return { kind: "accepted", code: "OK", rejectedRecords: 0 };
    } catch (error) {
      return this.#takeBack(this.#file, codeOf(error));
    }
  }

  async close(): Promise<void> {
    await this.#file?.close();
    this.#file = undefined;
  }

  /** The open file with room for `bytes` more: the present one, or a new one in its place. */
  async #fileFor(bytes: number): Promise<AppendFile> {
    const { maxFileBytes } = this.#settings;
    const full = maxFileBytes > 0 && this.#goodBytes > 0 && this.#goodBytes + bytes > maxFileBytes;
    if (full) await this.#rotate();
    return this.#file ?? (await this.#open());
  }

  async #open(): Promise<AppendFile> {
    const file = await this.#openFile(this.#settings.path);
    this.#file = file;
    this.#goodBytes = (await file.stat()).size;
    return file;
  }

  async #rotate(): Promise<void> {
    const { path, maxBackups } = this.#settings;
    await this.close();
    if (maxBackups === 0) await rm(path, { force: true });
    for (let backup = maxBackups; backup >= 1; backup--) {
      const from = backup === 1 ? path : `${path}.${backup - 1}`;
      await rename(from, `${path}.${backup}`).catch(ignoreMissing);
    }
  }

  async #takeBack(file: AppendFile | undefined, reason: string): Promise<Outcome> {
    await file?.truncate(this.#goodBytes).catch(() => undefined);
    const message = `the file cannot be written (${reason}): check the disk`;
    return { kind: "retry", code: "UNAVAILABLE", message, retryAfterMs: undefined, suspect: false };
  }
}

/** @returns bytes written: fewer than there are when the disk is full, which no error may tell */
async function writeAll(file: AppendFile, line: Uint8Array): Promise<number> {
  let written = 0;
  while (written < line.byteLength) {
    const { bytesWritten } = await file.write(line, written);
    if (bytesWritten === 0) return written;
    written += bytesWritten;
  }
  return written;
}

function ignoreMissing(error: unknown): void {
  if (codeOf(error) !== "ENOENT") throw error;
}

/** The system's name of an error, such as ENOSPC. */
function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "unknown error";
}
