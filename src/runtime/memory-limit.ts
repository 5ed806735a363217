/** How much memory the process may use: every bound in bytes that the product derives starts from this number. */
import { totalmem } from "node:os";
import { readCgroupMemoryLimit } from "./cgroup-memory.ts";

export interface MemoryLimit {
  readonly bytes: number;
  /** What set it, for the start message and /healthz. */
  readonly source: "setting" | "cgroup" | "machine";
}

export interface MemoryFacts {
  /** undefined: no control group limits memory. */
  readonly cgroupBytes: number | undefined;
  readonly machineBytes: number;
}

export function readMemoryFacts(): MemoryFacts {
  return { cgroupBytes: readCgroupMemoryLimit(), machineBytes: totalmem() };
}

/**
 * @param setting limits.memory: bytes, or auto
 * @returns the lowest of the setting, the control group's limit and the machine's memory: a setting above what the
 *   kernel allows would only move the end from a refusal to an OOM kill
 */
export function resolveMemoryLimit(setting: number | "auto", facts: MemoryFacts = readMemoryFacts()): MemoryLimit {
  const limits: MemoryLimit[] = [{ bytes: facts.machineBytes, source: "machine" }];
  if (facts.cgroupBytes !== undefined) limits.push({ bytes: facts.cgroupBytes, source: "cgroup" });
  if (setting !== "auto") limits.push({ bytes: setting, source: "setting" });
  return limits.reduce((lowest, limit) => (limit.bytes <= lowest.bytes ? limit : lowest));
}
