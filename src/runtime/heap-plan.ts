/**
 * Which heap V8 should have inside a memory limit, and how to get there. V8 sizes its heap by the machine: 259 MiB
 * inside a container of 128 MiB, and on Node 24 a young generation of up to 128 MiB beside it, so a small sidecar is
 * killed before V8 ever collects hard.
 *
 * What was measured (Node 20.20, 22.23, 24.21): `v8.setFlagsFromString("--max-old-space-size=60")` after the start
 * changes nothing on any of them (live data grew to 120 MiB and on); a child process holds the parent's 40 MiB and
 * breaks signals and kill -9; `process.execve` (from 22.15 on) replaces the process in 70 ms, keeps its id and its
 * streams and costs no memory. Where there is none, `--heap-growing-percent=20` does take effect at run time and halves
 * the garbage that is left lying (183 → 89 MiB for 20 MiB of live data).
 */

/** Half for the heap; the rest is buffers, queue, context ring, code and stacks. */
const HEAP_SHARE = 0.5;
/** Below this nothing works at all: the product's own objects take about 20 MiB. */
const MIN_OLD_SPACE_MIB = 32;
/** V8 keeps up to three semi-spaces: two in use and one for promotion. */
const SEMI_SPACES = 3;
/** A heap limit up to this much above the wanted one is left alone: not worth 70 ms of start. */
const TOLERANCE = 1.15;
const MIB = 2 ** 20;

/**
 * Semi-space by memory limit, MiB. At rest 2 instead of V8's default saved 8 MiB of 38; small ones cost time when many
 * objects live a little while (a synthetic worst case: 2.9 s at 16, 5.2 s at 4), so they grow with the limit.
 */
const SEMI_SPACE_STEPS: readonly { readonly belowBytes: number; readonly mib: number }[] = [
  { belowBytes: 192 * MIB, mib: 2 },
  { belowBytes: 384 * MIB, mib: 4 },
  { belowBytes: 1024 * MIB, mib: 8 },
  { belowBytes: Number.POSITIVE_INFINITY, mib: 16 },
];

/** For processes that cannot be replaced; read by V8 at every collection. */
const ADJUSTABLE_FLAGS: readonly string[] = ["--heap-growing-percent=20"];

/**
 * Where there is room, the heap may double between two full collections. V8 lets it grow by a third and counts what
 * waits for its export as growth, which made full collections 15 % of the server's CPU time at full rate; 7 % with
 * this.
 */
const ROOMY_FROM_BYTES = 512 * MIB;
const ROOMY_FLAGS: readonly string[] = ["--heap-growing-percent=100"];

export interface HeapFacts {
  readonly memoryLimitBytes: number;
  /** v8.getHeapStatistics().heap_size_limit. */
  readonly heapLimitBytes: number;
  /** Flags of Node given on the command line and in NODE_OPTIONS. */
  readonly nodeFlags: string;
  /** The process was replaced before: never twice. */
  readonly wasReplaced: boolean;
  readonly canReplace: boolean;
}

export type HeapPlan =
  | { readonly action: "keep"; readonly adjustable: readonly string[] }
  /** Start this process anew with these flags of Node. */
  | { readonly action: "replace"; readonly flags: readonly string[] }
  /** Set what can be set at run time; `flags` are what the operator should start Node with. */
  | { readonly action: "adjust"; readonly adjustable: readonly string[]; readonly flags: readonly string[] };

export function planHeap(facts: HeapFacts): HeapPlan {
  const semiSpaceMib = SEMI_SPACE_STEPS.find(({ belowBytes }) => facts.memoryLimitBytes < belowBytes)?.mib ?? 16;
  const oldSpaceMib = Math.max(MIN_OLD_SPACE_MIB, Math.floor((facts.memoryLimitBytes * HEAP_SHARE) / MIB));
  const wantedBytes = (oldSpaceMib + SEMI_SPACES * semiSpaceMib) * MIB;
  const chosenByOperator = /--max[-_](?:old[-_]space|heap)[-_]size/.test(facts.nodeFlags);
  if (chosenByOperator || facts.wasReplaced || facts.heapLimitBytes <= wantedBytes * TOLERANCE) {
    const isRoomy = facts.memoryLimitBytes >= ROOMY_FROM_BYTES && !/--heap[-_]growing/.test(facts.nodeFlags);
    return { action: "keep", adjustable: isRoomy ? ROOMY_FLAGS : [] };
  }
  const flags = [`--max-old-space-size=${oldSpaceMib}`, `--max-semi-space-size=${semiSpaceMib}`];
  return facts.canReplace ? { action: "replace", flags } : { action: "adjust", adjustable: ADJUSTABLE_FLAGS, flags };
}
