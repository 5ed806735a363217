/** CPU time and memory of another process, as the kernel counts them (proc(5)). Linux only. */
import { readFileSync } from "node:fs";

/** USER_HZ, which is 100 on every Linux that Node runs on. */
const TICKS_PER_SECOND = 100;
const KIB_PER_MIB = 1024;

export interface Memory {
  readonly rssMib: number;
  /** Anonymous and shared pages: what the process itself took; mapped files (the runtime's code) are left out. */
  readonly workingSetMib: number;
}

/** User and system time of all its threads, those that have ended included. */
export function cpuSeconds(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  // The name in parentheses may hold anything; utime and stime are the 14th and 15th field of the line.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}

export function memory(pid: number): Memory {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  const mib = (name: string): number => {
    const found = new RegExp(`^${name}:\\s+(\\d+) kB$`, "m").exec(status);
    if (found === null)
      throw new Error(`Read the memory of process ${pid}: no ${name}, wanted a Linux kernel from 4.5 on`);
    return Number(found[1]) / KIB_PER_MIB;
  };
  return { rssMib: mib("VmRSS"), workingSetMib: mib("RssAnon") + mib("RssShmem") };
}
