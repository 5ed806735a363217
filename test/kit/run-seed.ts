/**
 * The seed of a run: LIPSERVICE_SEED where it is set, else the same for every machine and day. `npm run test:explore`
 * sets it; a failure names it.
 */

export const SEED_VARIABLE = "LIPSERVICE_SEED";

/** fast-check takes signed 32-bit seeds; zero and negative ones are no seed of some generators here. */
const MAX_SEED = 2 ** 31 - 1;
const FIXED_SEED = 20_260_101;

/** The seed that the environment asks for; undefined when it asks for none. */
const asked: number | undefined = readSeed(process.env[SEED_VARIABLE]);

/** What fast-check draws its inputs from. */
export const RUN_SEED: number = asked ?? FIXED_SEED;

/**
 * For laws that draw by hand: their own fixed seed, unless the environment asks for another. Below a million, because
 * such laws count on from it and multiply it.
 */
export function runSeedOr(fixed: number): number {
  return asked === undefined ? fixed : asked % 1_000_003;
}

function readSeed(text: string | undefined): number | undefined {
  if (text === undefined || text === "") return undefined;
  const seed = Number(text);
  if (Number.isInteger(seed) && seed > 0 && seed <= MAX_SEED) return seed;
  throw new Error(`Read ${SEED_VARIABLE}: "${text}", wanted an integer from 1 to ${MAX_SEED}`);
}
