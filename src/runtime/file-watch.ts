/**
 * Tells when one of a few files has changed and come to rest. Looks at them every few seconds instead of asking the
 * kernel: a ConfigMap is swapped by a symbolic link two folders up, editors write a new file over the old one, and
 * network file systems tell nobody. A file that is not there, as in the midst of a swap, is no change.
 */
import { stat } from "node:fs/promises";
import type { Component } from "../model/ports/component.ts";

/** Two looks must agree, so a change is told after one to two of these. */
const INTERVAL_MS = 2000;

export interface FileWatchSettings {
  readonly paths: readonly string[];
  /** Default 2 s. */
  readonly intervalMs?: number;
}

export class FileWatch implements Component {
  readonly id: string = "file-watch";
  readonly #settings: FileWatchSettings;
  readonly #changed: () => void;
  #timer: NodeJS.Timeout | undefined;
  /** As they were when last told, and at the last look. */
  #told: readonly string[] = [];
  #seen: readonly string[] = [];

  /** @param changed called once for changes that come together */
  constructor(settings: FileWatchSettings, changed: () => void) {
    this.#settings = settings;
    this.#changed = changed;
  }

  async start(): Promise<void> {
    const { paths, intervalMs = INTERVAL_MS } = this.#settings;
    if (paths.length === 0) return;
    this.#told = await Promise.all(paths.map(fingerprint));
    this.#seen = this.#told;
    this.#plan(intervalMs);
  }

  shutdown(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    return Promise.resolve();
  }

  #plan(intervalMs: number): void {
    this.#timer = setTimeout(() => void this.#look(intervalMs), intervalMs);
    this.#timer.unref();
  }

  async #look(intervalMs: number): Promise<void> {
    const now = await Promise.all(this.#settings.paths.map(fingerprint));
    if (this.#timer === undefined) return;
    const atRest = now.every((print, at) => print !== ABSENT && print === this.#seen[at]);
    const isNew = now.some((print, at) => print !== this.#told[at]);
    this.#seen = now;
    if (atRest && isNew) {
      this.#told = now;
      this.#changed();
    }
    this.#plan(intervalMs);
  }
}

const ABSENT = "absent";

/** Follows symbolic links. What is no file never changes: a pipe has been read, and cannot be read again. */
async function fingerprint(path: string): Promise<string> {
  try {
    const found = await stat(path);
    if (!found.isFile()) return "no file";
    const { ino, dev, size, mtimeMs, ctimeMs } = found;
    return [dev, ino, size, mtimeMs, ctimeMs].join(" ");
  } catch {
    return ABSENT;
  }
}
