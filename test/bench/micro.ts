/**
 * One micro-benchmark in a process of its own, so that none runs on code which another has taught the compiler:
 * `tsx test/bench/micro.ts index|signature|engine|json [seconds]`. Prints its measurements as JSON.
 */
import type { Measurement } from "./measure.ts";
import { engineBench } from "./micro-engine.ts";
import { indexBench } from "./micro-index.ts";
import { jsonBench } from "./micro-json.ts";
import { signatureBench } from "./micro-signature.ts";

type Bench = (seconds: number) => readonly Measurement[] | Promise<readonly Measurement[]>;

const BENCHES: Readonly<Record<string, Bench>> = {
  index: indexBench,
  signature: signatureBench,
  engine: engineBench,
  json: jsonBench,
};

const [, , name = "", seconds = "4"] = process.argv;
const bench = BENCHES[name];
if (bench === undefined)
  throw new Error(`Run a micro-benchmark: ${name}, wanted one of ${Object.keys(BENCHES).join(", ")}`);
console.log(JSON.stringify(await bench(Number(seconds)), undefined, 2));
