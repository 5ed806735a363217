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
    summary: "run the whole product on this machine, with traffic, incidents and a stand-in for PostHog",
    load: async () => (await import("../verbs/demo.ts")).registerDemo,
  },
  {
    name: "validate",
    summary: "check a configuration and print all errors with line, column and suggestion",
    load: async () => (await import("../verbs/validate.ts")).registerValidate,
  },
  {
    name: "print-config",
    summary: "print the effective configuration, secrets redacted",
    load: async () => (await import("../verbs/print-config.ts")).registerPrintConfig,
  },
  {
    name: "signature",
    summary: "print the pattern of every line of a file",
    load: async () => (await import("../verbs/signature.ts")).registerSignature,
  },
  {
    name: "replay",
    summary: "run the real engine over recorded logs under a simulated clock",
    load: async () => (await import("../verbs/replay.ts")).registerReplay,
  },
  {
    name: "explain",
    summary: "explain why a record would be kept or dropped now",
    load: async () => (await import("../verbs/explain.ts")).registerExplain,
  },
  {
    name: "bypass",
    summary: "stop dropping for a limited time, for one service or for all",
    load: async () => (await import("../verbs/bypass.ts")).registerBypass,
  },
  {
    name: "policy",
    summary: "show and change the policy in force and its rules",
    load: async () => (await import("../verbs/policy.ts")).registerPolicy,
  },
  {
    name: "patterns",
    summary: "show the patterns of a running instance",
    load: async () => (await import("../verbs/patterns.ts")).registerPatterns,
  },
  {
    name: "health",
    summary: "show the state of a running instance and its components",
    load: async () => (await import("../verbs/health.ts")).registerHealth,
  },
  {
    name: "doctor",
    summary: "show what is wrong with a running instance and what to do",
    load: async () => (await import("../verbs/doctor.ts")).registerDoctor,
  },
  {
    name: "loadgen",
    summary: "send seeded OTLP traffic, with or without incidents",
    load: async () => (await import("../verbs/loadgen.ts")).registerLoadgen,
  },
  {
    name: "standin",
    summary: "run a stand-in for PostHog's log capture endpoint",
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
