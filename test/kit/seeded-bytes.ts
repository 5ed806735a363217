/**
 * Random bytes for what runs on the machine's own clocks: the same in every run of a test file. Each source has a
 * sequence of its own, so that two instances in one test do not take each other for themselves.
 */
import { VirtualEnvironment } from "./virtual-environment.ts";

let sources = 0;

export function seededBytes(): (size: number) => Uint8Array {
  const environment = new VirtualEnvironment({ seed: ++sources });
  return (size) => environment.randomBytes(size);
}
