/**
 * Runs every test that draws its inputs with new seeds: `npm run test:explore -- [rounds] [part of a path]`, one round
 * of all such files by default. The seed is printed before its round and again when the round fails; all rounds run, and
 * one failed round fails the command.
 */
import { spawn } from "node:child_process";
import { randomInt } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { SEED_VARIABLE } from "./kit/run-seed.ts";

const ROOT: string = dirname(dirname(fileURLToPath(import.meta.url)));
const DRAWS = /from "(fast-check|[./]+\/kit\/run-seed\.ts)"/;

/** Test files that import what draws, relative to the root. */
function drawingFiles(): string[] {
  return readdirSync(join(ROOT, "test"), { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".test.ts"))
    .map((path) => join("test", path))
    .filter((path) => DRAWS.test(readFileSync(join(ROOT, path), "utf8")));
}

/** @returns whether all tests passed */
function runRound(seed: number, files: readonly string[]): Promise<boolean> {
  const vitest = join(ROOT, "node_modules", "vitest", "vitest.mjs");
  const child = spawn(process.execPath, [vitest, "run", ...files], {
    cwd: ROOT,
    env: { ...process.env, [SEED_VARIABLE]: String(seed) },
    stdio: "inherit",
  });
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => resolve(code === 0));
  });
}

const [roundsText = "1", part = ""] = process.argv.slice(2);
const rounds = Number(roundsText);
if (!Number.isInteger(rounds) || rounds < 1) throw new Error(`Read rounds: "${roundsText}", wanted 1 or more`);

const files = drawingFiles().filter((path) => path.includes(part));
if (files.length === 0) throw new Error(`Find tests that draw: none has "${part}" in its path`);
const failed: number[] = [];
for (let round = 1; round <= rounds; round++) {
  const seed = randomInt(1, 2 ** 31);
  process.stdout.write(`Round ${round} of ${rounds}: ${files.length} files with seed ${seed}\n`);
  if (await runRound(seed, files)) continue;
  failed.push(seed);
  process.stdout.write(`Failed with seed ${seed}. Run it again: ${SEED_VARIABLE}=${seed} npx vitest run ${part}\n`);
}
process.stdout.write(`${rounds - failed.length} rounds passed, ${failed.length} failed\n`);
for (const seed of failed) process.stdout.write(`failed: ${SEED_VARIABLE}=${seed} npx vitest run ${part}\n`);
if (failed.length > 0) process.exitCode = 1;
