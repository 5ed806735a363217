/**
 * The real ConfigHost: the process's environment and file system. Reads are synchronous: they happen at start and
 * reload only.
 */
import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import type { ConfigHost, TextRead } from "./config-host.ts";

const WORLD_READABLE = 0o004;

export function nodeConfigHost(env: Readonly<Record<string, string | undefined>>): ConfigHost {
  return { env, readText };
}

function readText(path: string, maxBytes: number): TextRead {
  try {
    const descriptor = openSync(path, "r");
    try {
      return readOpen(descriptor, maxBytes);
    } finally {
      closeSync(descriptor);
    }
  } catch (error) {
    return { ok: false, reason: reasonOf(error) };
  }
}

/** Reads one byte more than allowed instead of trusting the size: pipes and /dev/stdin have none. */
function readOpen(descriptor: number, maxBytes: number): TextRead {
  const { mode } = fstatSync(descriptor);
  const buffer = Buffer.allocUnsafe(maxBytes + 1);
  let length = 0;
  while (length <= maxBytes) {
    const read = readSync(descriptor, buffer, length, buffer.length - length, null);
    if (read === 0) break;
    length += read;
  }
  if (length > maxBytes) return { ok: false, reason: `it is larger than ${maxBytes} bytes` };
  return { ok: true, text: buffer.toString("utf8", 0, length), worldReadable: (mode & WORLD_READABLE) !== 0 };
}

function reasonOf(error: unknown): string {
  const code = error instanceof Error && "code" in error ? String(error.code) : "unknown error";
  const known: Readonly<Record<string, string>> = {
    ENOENT: "it does not exist",
    EACCES: "permission denied",
    EISDIR: "it is a directory",
  };
  return known[code] ?? code;
}
