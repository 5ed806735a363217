/** A control group with a memory limit, where this process may make one; it is gone when the test ends. */
import { mkdirSync, readFileSync, rmdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { onTestFinished } from "vitest";

const ROOT_V1 = "/sys/fs/cgroup/memory";
const ROOT_V2 = "/sys/fs/cgroup";

export interface MemoryGroup {
  /** Whoever writes a process id here moves it into the group. */
  readonly procsFile: string;
  /** Processes that the kernel killed for their memory. */
  kills(): number;
}

/** @returns why there can be none, when there can be none */
export function memoryGroupProblem(): string | undefined {
  try {
    rmdirSync(make("lipservice-probe", 64 * 1024 * 1024).directory);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

export function memoryGroupForTest(limitBytes: number): MemoryGroup {
  const { directory, killsFile } = make(`lipservice-test-${process.pid}`, limitBytes);
  onTestFinished(() => {
    try {
      rmdirSync(directory);
    } catch {
      // Its last process is still on its way out: an empty group is left behind.
    }
  });
  return {
    procsFile: join(directory, "cgroup.procs"),
    kills: () => Number(/^oom_kill (\d+)$/m.exec(readFileSync(killsFile, "utf8"))?.[1] ?? Number.NaN),
  };
}

function make(name: string, limitBytes: number): { readonly directory: string; readonly killsFile: string } {
  try {
    return makeIn(join(ROOT_V1, name), "memory.limit_in_bytes", "memory.oom_control", limitBytes);
  } catch {
    return makeIn(join(ROOT_V2, name), "memory.max", "memory.events", limitBytes);
  }
}

function makeIn(
  directory: string,
  limit: string,
  kills: string,
  limitBytes: number,
): { readonly directory: string; readonly killsFile: string } {
  mkdirSync(directory);
  try {
    writeFileSync(join(directory, limit), String(limitBytes));
    const killsFile = join(directory, kills);
    readFileSync(killsFile);
    return { directory, killsFile };
  } catch (error) {
    rmdirSync(directory);
    throw error;
  }
}
