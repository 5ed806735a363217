import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { nodeConfigHost } from "../../../src/config/node-config-host.ts";

describe("nodeConfigHost", () => {
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "lipservice-config-"));
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  it("reads text, and tells whether everybody can", () => {
    const path = join(directory, "key");
    writeFileSync(path, "phc_ä\n");
    chmodSync(path, 0o600);
    expect(nodeConfigHost({}).readText(path, 100)).toEqual({ ok: true, text: "phc_ä\n", worldReadable: false });

    chmodSync(path, 0o644);
    expect(nodeConfigHost({}).readText(path, 100)).toMatchObject({ worldReadable: true });
  });

  it("reads up to its bound, not a byte beyond", () => {
    const path = join(directory, "large");
    writeFileSync(path, "x".repeat(100));

    expect(nodeConfigHost({}).readText(path, 100)).toMatchObject({ ok: true });
    expect(nodeConfigHost({}).readText(path, 99)).toEqual({ ok: false, reason: "it is larger than 99 bytes" });
  });

  it("tells in words why a file cannot be read", () => {
    expect(nodeConfigHost({}).readText(join(directory, "none"), 10)).toEqual({
      ok: false,
      reason: "it does not exist",
    });
    expect(nodeConfigHost({}).readText(directory, 10)).toEqual({ ok: false, reason: "it is a directory" });
    expect(nodeConfigHost({}).readText("a\u0000b", 10)).toMatchObject({ ok: false });
  });
});
