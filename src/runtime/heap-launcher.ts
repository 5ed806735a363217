/**
 * Carries out a heap plan: the first thing that `run` does, before anything heavy is loaded. Does nothing where V8's
 * own choice fits the memory limit, as on a machine without control groups, but let the heap grow where there is room.
 */
import { getHeapStatistics, setFlagsFromString } from "node:v8";
import type { HeapPlan } from "./heap-plan.ts";
import { planHeap } from "./heap-plan.ts";
import type { MemoryLimit } from "./memory-limit.ts";

/**
 * Never optimise WebAssembly: the HTTP parser of the exporters' client is one huge function, and V8 takes 33 MiB for a
 * moment when it optimises it (Node 20.20), a quarter of a small container, to save a few µs on each answer.
 */
const FRUGAL_FLAGS: readonly string[] = ["--no-wasm-tier-up", "--no-wasm-dynamic-tiering"];

/** Set in the environment of a process that was replaced, so that it is not replaced again. */
const REPLACED_MARK = "LIPSERVICE_HEAP_SET";

/** Node from 22.15 on; the types are those of Node 20. */
type ReplaceableProcess = NodeJS.Process & {
  readonly execve?: (file: string, args: readonly string[], environment: Readonly<Record<string, string>>) => never;
};

/**
 * @returns the plan, unless it is `replace`: then this process has become another and the call does not return.
 *   After `adjust` the caller says which flags to start Node with.
 */
export function fitHeap(limit: MemoryLimit, host: ReplaceableProcess = process): HeapPlan {
  const plan = planHeap({
    memoryLimitBytes: limit.bytes,
    heapLimitBytes: getHeapStatistics().heap_size_limit,
    nodeFlags: [...host.execArgv, host.env["NODE_OPTIONS"] ?? ""].join(" "),
    wasReplaced: host.env[REPLACED_MARK] !== undefined,
    canReplace: host.execve !== undefined,
  });
  if (plan.action !== "replace") for (const flag of [...FRUGAL_FLAGS, ...plan.adjustable]) setFlagsFromString(flag);
  if (plan.action === "replace") {
    const args = [host.execPath, ...host.execArgv, ...plan.flags, ...host.argv.slice(1)];
    host.execve?.(host.execPath, args, { ...definedVariables(host.env), [REPLACED_MARK]: "1" });
  }
  return plan;
}

function definedVariables(environment: NodeJS.ProcessEnv): Record<string, string> {
  const variables: Record<string, string> = {};
  for (const [name, value] of Object.entries(environment)) if (value !== undefined) variables[name] = value;
  return variables;
}
