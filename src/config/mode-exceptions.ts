/** Services whose own mode is not the one for all others, by name: what makes the mode alone half the truth. */
import type { Config } from "./config.ts";
import type { SamplingMode } from "./sections/sampling.ts";

/** More names than this make a sentence nobody reads. */
const NAMED = 5;

export function modeExceptions({ mode, services }: Config["sampling"]): Readonly<Record<string, SamplingMode>> {
  const entries = Object.entries(services).flatMap(([name, service]): [string, SamplingMode][] =>
    service.mode === undefined || service.mode === mode ? [] : [[name, service.mode]],
  );
  return Object.fromEntries(entries);
}

/** @returns such as "web, shop and 7 more" */
export function listNames(names: readonly string[]): string {
  if (names.length <= NAMED) return names.join(", ");
  return `${names.slice(0, NAMED).join(", ")} and ${names.length - NAMED} more`;
}
