/** The verbs that exist, in the order of `--help`; one file each, loaded when it is asked for. */
import type { Command } from "commander";
import type { CliContext } from "./cli-io.ts";

/** Adds the verb, with its arguments, options and action. */
export type Register = (program: Command, context: CliContext) => void;

export interface Verb {
  readonly name: string;
  /** As in the verb's own file; here so that help needs no other file. */
  readonly summary: string;
  load(): Promise<Register>;
}

export const VERBS: readonly Verb[] = [
  {
    name: "run",
    summary: "run the sidecar",
    load: async () => (await import("../verbs/run.ts")).registerRun,
  },
  {
    name: "demo",
    summary: "the whole product on one machine, with traffic, incidents and a stand-in for PostHog",
    load: async () => (await import("../verbs/demo.ts")).registerDemo,
  },
  {
    name: "validate",
    summary: "check a configuration: all errors at once, with line, column and a suggestion",
    load: async () => (await import("../verbs/validate.ts")).registerValidate,
  },
  {
    name: "print-config",
    summary: "print the effective configuration, secrets redacted",
    load: async () => (await import("../verbs/print-config.ts")).registerPrintConfig,
  },
  {
    name: "signature",
    summary: "the pattern of every line of a file",
    load: async () => (await import("../verbs/signature.ts")).registerSignature,
  },
  {
    name: "replay",
    summary: "the real engine over recorded logs, under a simulated clock",
    load: async () => (await import("../verbs/replay.ts")).registerReplay,
  },
  {
    name: "explain",
    summary: "why a record would be kept or dropped now",
    load: async () => (await import("../verbs/explain.ts")).registerExplain,
  },
  {
    name: "bypass",
    summary: "stop dropping now, for one service or all, for a time",
    load: async () => (await import("../verbs/bypass.ts")).registerBypass,
  },
  {
    name: "policy",
    summary: "the serving policy and its rules",
    load: async () => (await import("../verbs/policy.ts")).registerPolicy,
  },
  {
    name: "patterns",
    summary: "the patterns that a running instance knows",
    load: async () => (await import("../verbs/patterns.ts")).registerPatterns,
  },
  {
    name: "health",
    summary: "state of a running instance and its components",
    load: async () => (await import("../verbs/health.ts")).registerHealth,
  },
  {
    name: "doctor",
    summary: "what is wrong with a running instance, and what to do",
    load: async () => (await import("../verbs/doctor.ts")).registerDoctor,
  },
  {
    name: "loadgen",
    summary: "seeded OTLP traffic, with or without incidents",
    load: async () => (await import("../verbs/loadgen.ts")).registerLoadgen,
  },
  {
    name: "standin",
    summary: "PostHog's log capture endpoint, by itself",
    load: async () => (await import("../verbs/standin.ts")).registerStandin,
  },
  {
    name: "version",
    summary: "print the version of LipService and of Node",
    load: async () => (await import("../verbs/version.ts")).registerVersion,
  },
  {
    name: "completion",
    summary: "print a completion script for bash or zsh",
    load: async () => (await import("../verbs/completion.ts")).registerCompletion,
  },
];
