/**
 * The policy document in force and its file: read at start, changed by rules that people add and remove, each change a
 * new version. Writing is atomic (temporary file, fsync, rename). A path that cannot be written is no reason to stop:
 * the policy then lives in memory, and health says so.
 */
import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, unlinkSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import type { Environment } from "../model/environment.ts";
import type { PolicyDocument, SamplingRule } from "../model/policy.ts";
import type { Component, ComponentHealth } from "../model/ports/component.ts";
import type { Logger } from "../model/ports/logger.ts";

export type PolicyParser = (
  text: string,
) => { readonly ok: true; readonly policy: PolicyDocument } | { readonly ok: false; readonly message: string };

export interface PolicyStoreDeps {
  readonly env: Environment;
  readonly logger: Logger;
  readonly parse: PolicyParser;
}

export type PolicyRuleChange =
  | { readonly kind: "changed"; readonly rule: SamplingRule; readonly policyVersion: string }
  | { readonly kind: "not_found" }
  | { readonly kind: "conflict"; readonly message: string };

/** The policy in force until one is written. */
const EMPTY_POLICY: Omit<PolicyDocument, "created"> = {
  version: "0",
  parent: null,
  author: "user",
  expires: null,
  rules: [],
  patterns: {},
  aliases: {},
  baseline_bytes_per_second: {},
  evidence: [],
};

export class PolicyStore implements Component {
  readonly id: string = "policy";
  readonly #path: string;
  readonly #deps: PolicyStoreDeps;
  #policy: PolicyDocument;
  #servingSinceMs: number;
  #problem = "";
  #changes = 0;
  readonly #listeners: ((policy: PolicyDocument) => void)[] = [];

  /** @param path of the document; "" keeps it in memory */
  constructor(path: string, deps: PolicyStoreDeps) {
    this.#path = path;
    this.#deps = deps;
    const { wallMs, monoMs } = deps.env.now();
    this.#policy = { ...EMPTY_POLICY, created: new Date(wallMs).toISOString() };
    this.#servingSinceMs = monoMs;
  }

  /** Reads the document. A damaged one is reported in health and never overwritten. */
  start(): Promise<void> {
    if (this.#path === "") return Promise.resolve();
    let text: string;
    try {
      text = readFileSync(this.#path, "utf8");
    } catch {
      this.#probeWritable();
      return Promise.resolve();
    }
    const parsed = this.#deps.parse(text);
    if (parsed.ok) this.#serve(parsed.policy);
    else this.#fail(`the policy document is not used: ${parsed.message}`);
    return Promise.resolve();
  }

  shutdown(): Promise<void> {
    return Promise.resolve();
  }

  health(): ComponentHealth {
    return this.#problem === "" ? { state: "ok" } : { state: "degraded", message: this.#problem };
  }

  get policy(): PolicyDocument {
    return this.#policy;
  }

  ageSeconds(): number {
    return (this.#deps.env.now().monoMs - this.#servingSinceMs) / 1000;
  }

  /** Versions that came into force through user changes since start. */
  get changes(): number {
    return this.#changes;
  }

  /** Called with the policy in force now, and with every later one. */
  onChange(listener: (policy: PolicyDocument) => void): void {
    this.#listeners.push(listener);
    listener(this.#policy);
  }

  addRule(rule: SamplingRule): PolicyRuleChange {
    if (this.#policy.rules.some((known) => known.id === rule.id)) {
      return { kind: "conflict", message: "the policy has a rule with this id: remove it first" };
    }
    return this.#change(rule, [...this.#policy.rules, rule]);
  }

  removeRule(id: string): PolicyRuleChange {
    const rule = this.#policy.rules.find((known) => known.id === id);
    if (rule === undefined) return { kind: "not_found" };
    return this.#change(
      rule,
      this.#policy.rules.filter((known) => known.id !== id),
    );
  }

  #change(rule: SamplingRule, rules: readonly SamplingRule[]): PolicyRuleChange {
    const { wallMs } = this.#deps.env.now();
    const created = new Date(wallMs).toISOString();
    const version = `${created.replace(/[-:.]/g, "")}-${(this.#changes + 1).toString(36)}`;
    this.#changes++;
    const policy: PolicyDocument = {
      ...this.#policy,
      version,
      parent: this.#policy.version,
      author: "user",
      created,
      rules,
    };
    this.#serve(policy);
    if (this.#path !== "" && this.#problem === "") this.#write(policy);
    return { kind: "changed", rule, policyVersion: version };
  }

  #serve(policy: PolicyDocument): void {
    this.#policy = policy;
    this.#servingSinceMs = this.#deps.env.now().monoMs;
    for (const listener of this.#listeners) listener(policy);
  }

  /** Finds out at start, not at the first change, whether a document can be stored. */
  #probeWritable(): void {
    try {
      mkdirSync(dirname(this.#path), { recursive: true });
      closeSync(openSync(`${this.#path}.tmp`, "w"));
      unlinkSync(`${this.#path}.tmp`);
    } catch {
      this.#fail("the policy path cannot be written: changes stay in memory and are lost at a restart");
    }
  }

  #write(policy: PolicyDocument): void {
    const temporary = `${this.#path}.tmp`;
    try {
      const file = openSync(temporary, "w");
      try {
        writeSync(file, `${JSON.stringify(policy, null, 2)}\n`);
        fsyncSync(file);
      } finally {
        closeSync(file);
      }
      renameSync(temporary, this.#path);
    } catch {
      this.#fail("the policy path cannot be written: changes stay in memory and are lost at a restart");
    }
  }

  #fail(problem: string): void {
    this.#problem = problem;
    this.#deps.logger.warn({}, problem);
  }
}
