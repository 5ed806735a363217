import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { readCgroupMemoryLimit } from "../../../src/runtime/cgroup-memory.ts";

const roots: string[] = [];

afterEach(() => {
  for (const root of roots.splice(0)) rmSync(root, { recursive: true });
});

/** A file system of which only these files exist. */
function rootWith(files: Readonly<Record<string, string>>): string {
  const root = mkdtempSync(join(tmpdir(), "cgroup-"));
  roots.push(root);
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return root;
}

describe("readCgroupMemoryLimit", () => {
  it("reads version 2 in a container, where the own group is the root", () => {
    const root = rootWith({ "proc/self/cgroup": "0::/\n", "sys/fs/cgroup/memory.max": "134217728\n" });

    expect(readCgroupMemoryLimit(root)).toBe(134_217_728);
  });

  it("takes the lowest limit of the own group and those around it", () => {
    const root = rootWith({
      "proc/self/cgroup": "0::/pods/pod1/sidecar\n",
      "sys/fs/cgroup/pods/pod1/sidecar/memory.max": "max\n",
      "sys/fs/cgroup/pods/pod1/memory.max": "268435456\n",
      "sys/fs/cgroup/pods/memory.max": "8589934592\n",
    });

    expect(readCgroupMemoryLimit(root)).toBe(268_435_456);
  });

  it("reads version 1, whether the path is the host's or our own", () => {
    const ofTheHost = rootWith({
      "proc/self/cgroup": "5:cpu,cpuacct:/docker/abc\n4:memory:/docker/abc\n0::/docker/abc\n",
      "sys/fs/cgroup/memory/memory.limit_in_bytes": "67108864\n",
    });
    const ofOurOwn = rootWith({
      "proc/self/cgroup": "4:memory:/docker/abc\n",
      "sys/fs/cgroup/memory/memory.limit_in_bytes": "9223372036854771712\n",
      "sys/fs/cgroup/memory/docker/abc/memory.limit_in_bytes": "67108864\n",
    });

    expect(readCgroupMemoryLimit(ofTheHost)).toBe(67_108_864);
    expect(readCgroupMemoryLimit(ofOurOwn)).toBe(67_108_864);
  });

  it.each([
    ["version 2's word for no limit", { "sys/fs/cgroup/memory.max": "max\n" }],
    ["version 1's number for no limit", { "sys/fs/cgroup/memory/memory.limit_in_bytes": "9223372036854771712\n" }],
    ["an empty file", { "sys/fs/cgroup/memory.max": "" }],
    ["a file of something else", { "sys/fs/cgroup/memory.max": "-1\n" }],
    ["no files", {}],
  ])("finds no limit in %s", (_, files) => {
    const root = rootWith({ "proc/self/cgroup": "4:memory:/\n0::/\n", ...files });

    expect(readCgroupMemoryLimit(root)).toBeUndefined();
  });

  it("finds no limit where there are no control groups", () => {
    expect(readCgroupMemoryLimit(rootWith({}))).toBeUndefined();
  });

  it("does not leave the mount by a path above the namespace", () => {
    const root = rootWith({
      "proc/self/cgroup": "0::/../../secret\n",
      "sys/secret/memory.max": "1\n",
      "sys/fs/cgroup/memory.max": "134217728\n",
    });

    expect(readCgroupMemoryLimit(root)).toBe(134_217_728);
  });
});
