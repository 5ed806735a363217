/**
 * The memory limit of the control group that this process runs in: version 2 (memory.max) and version 1
 * (memory.limit_in_bytes), the lowest on the way from our group to the root. Node's own answers are not used:
 * process.constrainedMemory() reads one file only, and says 18446744073709552000 or 0 when nothing limits.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";

/** Version 1 says "no limit" as the largest multiple of the page size; nothing real comes near. */
const NO_LIMIT_FROM_BYTES = 2 ** 60;
const DECIMAL = /^\d+$/;

/**
 * @param root where /proc and /sys are found; a directory of a test, otherwise "/"
 * @returns bytes, or undefined when no group limits memory (or there are no control groups)
 */
export function readCgroupMemoryLimit(root: string = "/"): number | undefined {
  const limits = cgroupsOf(readText(join(root, "proc/self/cgroup")) ?? "")
    .flatMap(({ mount, file, path }) => withAncestors(path).map((group) => join(root, mount, group, file)))
    .map((file) => parseLimit(readText(file)))
    .filter((limit) => limit !== undefined);
  return limits.length === 0 ? undefined : Math.min(...limits);
}

interface CgroupPlace {
  readonly mount: string;
  readonly file: string;
  readonly path: string;
}

/**
 * Lines are hierarchy:controllers:path. In a container the path may be that of the host while the mount shows our own
 * group as its root: paths that do not exist are skipped, and the root is always looked at.
 */
function cgroupsOf(text: string): CgroupPlace[] {
  return text.split("\n").flatMap((line): CgroupPlace[] => {
    const match = /^\d+:([^:]*):(\/.*)$/.exec(line);
    if (match === null) return [];
    const [, controllers = "", path = "/"] = match;
    // A path above the namespace's root (/../..) cannot be followed from inside.
    const visible = path.includes("..") ? "/" : path;
    if (controllers === "") return [{ mount: "sys/fs/cgroup", file: "memory.max", path: visible }];
    if (!controllers.split(",").includes("memory")) return [];
    return [{ mount: "sys/fs/cgroup/memory", file: "memory.limit_in_bytes", path: visible }];
  });
}

/** /a/b → /a/b, /a, / */
function withAncestors(path: string): string[] {
  const names = path.split("/").filter((name) => name !== "");
  return Array.from(
    { length: names.length + 1 },
    (_, dropped) => `/${names.slice(0, names.length - dropped).join("/")}`,
  );
}

function parseLimit(text: string | undefined): number | undefined {
  const value = text?.trim() ?? "";
  if (!DECIMAL.test(value)) return undefined;
  const bytes = Number(value);
  return bytes > 0 && bytes < NO_LIMIT_FROM_BYTES ? bytes : undefined;
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}
