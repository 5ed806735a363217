/**
 * ${env:NAME}, ${env:NAME:-default}, ${file:/path} and $$ inside parsed scalars. Because YAML was parsed before, what
 * comes in stays one text: it can add no keys. Nothing that was substituted is substituted again. A variable that is
 * not set is an error unless a default is given: an empty password must be asked for, not happen.
 */
import type { ConfigHost } from "../config-host.ts";
import type { ConfigProblem, PathSegment } from "../problem.ts";
import { formatPath } from "../problem.ts";
import type { SourceEntry, SourceNode, SourceScalar } from "./source-node.ts";

/** Keys, tokens and certificates are a few KiB. */
export const MAX_SECRET_FILE_BYTES: number = 64 * 1024;

const REFERENCE = /\$(?:\$|\{([^}]*)\}|\{)/g;

export interface Substituted {
  readonly node: SourceNode;
  readonly problems: readonly ConfigProblem[];
  /** Sentences about files with modes that are too wide. */
  readonly warnings: readonly ConfigProblem[];
}

export function substitute(root: SourceNode, host: ConfigHost): Substituted {
  const substitution = new Substitution(host);
  const node = substitution.node(root, []);
  return { node, problems: substitution.problems, warnings: substitution.warnings };
}

/** The content of a secret's file: what editors and `echo` put at the end is not part of it. */
export function trimFinalNewlines(text: string): string {
  return text.replace(/(\r?\n)+$/, "");
}

type Resolved = { readonly ok: true; readonly text: string; readonly file?: string } | Fault;
interface Fault {
  readonly ok: false;
  readonly message: string;
  readonly suggestion?: string;
}

class Substitution {
  readonly problems: ConfigProblem[] = [];
  readonly warnings: ConfigProblem[] = [];
  readonly #host: ConfigHost;

  constructor(host: ConfigHost) {
    this.#host = host;
  }

  node(node: SourceNode, path: readonly PathSegment[]): SourceNode {
    if (node.kind === "scalar") return this.#scalar(node, path);
    if (node.kind === "list") {
      return { ...node, items: node.items.map((item, index) => this.node(item, [...path, index])) };
    }
    const entries = new Map<string, SourceEntry>();
    for (const [key, entry] of node.entries) {
      entries.set(key, { keyAt: entry.keyAt, value: this.node(entry.value, [...path, key]) });
    }
    return { ...node, entries };
  }

  #scalar(scalar: SourceScalar, path: readonly PathSegment[]): SourceScalar {
    if (scalar.text === undefined || !scalar.text.includes("$")) return scalar;
    let references = 0;
    let failed = false;
    let wholeFile: string | undefined;
    const source = scalar.text;
    const text = source.replace(REFERENCE, (written: string, reference: string | undefined) => {
      if (written === "$$") return "$";
      references++;
      const resolved = reference === undefined ? UNCLOSED : this.#resolve(reference, scalar, path);
      if (!resolved.ok) {
        this.#report(scalar, path, resolved);
        failed = true;
        return "";
      }
      if (written.length === source.length) wholeFile = resolved.file;
      return resolved.text;
    });
    if (references === 0) return { ...scalar, text };
    // It stays something, so that nothing else is reported as missing because of it.
    if (failed) return { ...scalar, text: UNRESOLVED, reference: hideDefaults(source), file: undefined };
    // An unquoted reference to something empty is like nothing written: the default.
    const nothing = text === "" && scalar.plain;
    return { ...scalar, text: nothing ? undefined : text, reference: hideDefaults(source), file: wholeFile };
  }

  #resolve(reference: string, scalar: SourceScalar, path: readonly PathSegment[]): Resolved {
    if (reference.includes("${")) return { ok: false, message: "has a reference inside a reference; wanted one level" };
    if (reference.startsWith("env:")) return this.#variable(reference.slice("env:".length));
    if (reference.startsWith("file:")) return this.#file(reference.slice("file:".length), scalar, path);
    const suggestion = /^[A-Za-z_]\w*$/.test(reference) ? `did you mean \${env:${reference}}?` : undefined;
    return {
      ok: false,
      message: `has a reference of an unknown kind; wanted \${env:NAME}, \${env:NAME:-default}, \${file:/path}, or $$ for a dollar sign`,
      ...(suggestion === undefined ? {} : { suggestion }),
    };
  }

  #variable(reference: string): Resolved {
    const match = /^([A-Za-z_]\w*)(?::-(.*))?$/s.exec(reference);
    const name = match?.[1];
    if (name === undefined) {
      return { ok: false, message: `has a reference without a valid variable name; wanted \${env:NAME}` };
    }
    const value = this.#host.env[name];
    const fallback = match?.[2];
    if (fallback !== undefined && (value === undefined || value === "")) return { ok: true, text: fallback };
    if (value !== undefined) return { ok: true, text: value };
    return {
      ok: false,
      message: `refers to the environment variable ${name}, which is not set`,
      suggestion: `set it, or write \${env:${name}:-default}`,
    };
  }

  #file(filePath: string, scalar: SourceScalar, path: readonly PathSegment[]): Resolved {
    if (!filePath.startsWith("/"))
      return { ok: false, message: `refers to a file by a relative path; wanted \${file:/path}` };
    const read = this.#host.readText(filePath, MAX_SECRET_FILE_BYTES);
    if (!read.ok) return { ok: false, message: `refers to the file ${filePath}, which cannot be read: ${read.reason}` };
    if (read.worldReadable) {
      const message = `${formatPath(path)} is read from ${filePath}, which every user of this machine can read; wanted mode 0400 or 0440`;
      this.warnings.push({ ...scalar.at, path: formatPath(path), message, suggestion: undefined });
    }
    return { ok: true, text: trimFinalNewlines(read.text), file: filePath };
  }

  #report(scalar: SourceScalar, path: readonly PathSegment[], fault: Fault): void {
    const where = formatPath(path);
    const message = `${where === "" ? "the document" : where} ${fault.message}`;
    this.problems.push({ ...scalar.at, path: where, message, suggestion: fault.suggestion });
  }
}

/** What stands for a reference that failed; never reaches a configuration, because the failure is an error. */
const UNRESOLVED = "unresolved";

const UNCLOSED: Fault = { ok: false, message: `has a reference without its closing brace; wanted \${env:NAME}` };

/** What may be shown of the text: its references without their defaults, nothing around them. */
function hideDefaults(source: string): string {
  const references = [...source.matchAll(/\$\{((?:env|file):[^}]*?)(?::-[^}]*)?\}/g)].map((match) => `\${${match[1]}}`);
  return references.length === 0 ? "a reference" : references.join(" and ");
}
