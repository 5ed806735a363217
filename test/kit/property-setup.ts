/**
 * Setup of every test file that may draw its inputs: fast-check draws them from the seed of the run, and a test that
 * fails although, or because, its inputs are drawn prints the command that draws them again.
 */
import { relative } from "node:path";
import fc from "fast-check";
import { afterEach } from "vitest";
import { RUN_SEED, SEED_VARIABLE } from "./run-seed.ts";

// A `seed` among the parameters of one fc.assert would win over this one: no test gives any.
fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: RUN_SEED });

afterEach(({ task }) => {
  if (task.result?.state !== "fail") return;
  const messages = (task.result.errors ?? []).map(({ message }) => message);
  const file = relative(process.cwd(), task.file.filepath);
  // Tests that draw say so: fast-check in its message, laws that draw by hand in their place or title.
  if (!file.startsWith("test/property/") && !messages.some((message) => /\bseed\b/.test(message))) return;
  process.stderr.write(
    `Failed with seed ${RUN_SEED}. Run it again: ${SEED_VARIABLE}=${RUN_SEED} npx vitest run ${file}\n`,
  );
});
