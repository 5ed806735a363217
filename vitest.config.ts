import { defineConfig } from "vitest/config";

/**
 * One project a kind of test. Timeouts are what a healthy run needs many times over: they end hangs, they assert nothing.
 * Integration tests open real sockets and start processes, so their files run one after the other.
 */
export default defineConfig({
  test: {
    pool: "forks",
    passWithNoTests: false,
    projects: [
      { test: { name: "unit", include: ["test/unit/**/*.test.ts", "test/tidy.test.ts"], testTimeout: 30_000 } },
      { test: { name: "property", include: ["test/property/**/*.test.ts"], testTimeout: 60_000 } },
      { test: { name: "contract", include: ["test/contract/**/*.test.ts"], testTimeout: 30_000 } },
      {
        test: {
          name: "integration",
          include: ["test/integration/**/*.test.ts"],
          testTimeout: 60_000,
          hookTimeout: 30_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
