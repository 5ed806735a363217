import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";
import { HANG_MS } from "./test/kit/hang-guard.ts";

/** Draws inputs from the seed of the run; every project whose tests may draw has it. */
const setupFiles = ["test/kit/property-setup.ts"];

/**
 * Files that need a process, or the machine, for themselves: they replace a module of Node, or measure the memory of
 * their process, or fill the machine's. They run after all others, one by one.
 */
const alone = [
  "test/unit/runtime/memory-pressure.test.ts",
  "test/unit/runtime/young-collection.test.ts",
  "test/unit/tools/loadgen/requests/pool-source.test.ts",
  "test/integration/product/small-memory.test.ts",
];

/**
 * One project a kind of test. Timeouts are what a healthy run needs many times over: they end hangs, they assert nothing,
 * because how long a test takes is the machine's matter. Unit tests share a process, which saves more than half of
 * their time: they leave no timers, mocks or globals behind. Files of the other projects have a process each; integration
 * tests listen on free ports, so that they run beside each other.
 */
export default defineConfig({
  test: {
    pool: "forks",
    passWithNoTests: false,
    // One more than there are processors: some tests wait, for a process to start or a pause to end.
    maxWorkers: availableParallelism() + 1,
    projects: [
      {
        test: {
          name: "unit",
          include: ["test/unit/**/*.test.ts", "test/tidy.test.ts"],
          exclude: alone,
          setupFiles,
          isolate: false,
          testTimeout: 120_000,
          expect: { poll: { timeout: HANG_MS } },
        },
      },
      {
        test: { name: "property", include: ["test/property/**/*.test.ts"], setupFiles, testTimeout: 120_000 },
      },
      {
        test: { name: "contract", include: ["test/contract/**/*.test.ts"], setupFiles, testTimeout: 120_000 },
      },
      {
        test: {
          name: "integration",
          include: ["test/integration/**/*.test.ts"],
          exclude: alone,
          testTimeout: 180_000,
          hookTimeout: 60_000,
          expect: { poll: { timeout: HANG_MS } },
        },
      },
      {
        test: { name: "alone", include: alone, testTimeout: 300_000, fileParallelism: false },
      },
    ],
  },
});
