/**
 * The engine for verbs that work offline: a configuration, a policy document if one is given, and replay's fixed
 * identity.
 */
import type { Config } from "../../src/config/config.ts";
import type { Engine } from "../../src/core/engine/engine.ts";
import type { SummaryHistory } from "../../src/model/ports/history.ts";
import type { CliIo } from "./cli-io.ts";

/**
 * @param history gets exact counts by pattern and minute
 * @returns undefined after the errors of the policy document were printed
 */
export async function offlineEngine(
  config: Config,
  policyFile: string | undefined,
  io: CliIo,
  history?: SummaryHistory,
): Promise<Engine | undefined> {
  const [{ Engine }, { engineSettings, REPLAY_IDENTITY }, { seedEngine }] = await Promise.all([
    import("../../src/core/engine/engine.ts"),
    import("../../src/assembly/engine-settings.ts"),
    import("../../src/assembly/policy-serving.ts"),
  ]);
  const engine = new Engine(engineSettings(config, REPLAY_IDENTITY, Number.POSITIVE_INFINITY), history);
  if (policyFile === undefined) {
    engine.setRules(config.sampling.rules, 0, (id) => id);
    return engine;
  }
  const { readInput } = await import("./read-input.ts");
  const { MAX_POLICY_BYTES, parsePolicyDocument } = await import("../../src/config/policy-document.ts");
  const read = await readInput(io, policyFile, MAX_POLICY_BYTES);
  const parsed = read.ok ? parsePolicyDocument(read.text) : { ok: false as const, errors: [read.message] };
  if (!parsed.ok) {
    for (const error of parsed.errors) io.err(`error: ${policyFile}: ${error}`);
    return undefined;
  }
  const policy = parsed.document;
  seedEngine(engine, policy);
  engine.setRules([...config.sampling.rules, ...policy.rules], 0, (id) => policy.aliases[id] ?? id);
  return engine;
}
