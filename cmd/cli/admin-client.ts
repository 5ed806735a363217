/**
 * Requests to the admin port of a running instance. One attempt, TIMEOUT_MS for all of it, at most MAX_ANSWER_BYTES of
 * answer, no redirects: the token goes to the address that was named and to no other.
 */
import { Option } from "commander";
import { JsonView } from "../../src/admin/client/json-view.ts";
import { oneLine } from "../../src/config/problem.ts";
import type { CliIo, ExitCode } from "./cli-io.ts";

const TIMEOUT_MS = 10_000;
/** A policy with all its patterns. */
const MAX_ANSWER_BYTES = 64 * 1024 * 1024;
const DEFAULT_ADMIN = "http://127.0.0.1:8888";
const TOKEN = "LIPSERVICE_ADMIN_TOKEN";

export interface AdminOptions {
  readonly admin: string;
}

export function adminOption(): Option {
  const help = `admin port of the running instance; the token is read from ${TOKEN} or ${TOKEN}_FILE`;
  return new Option("--admin <url>", help).default(DEFAULT_ADMIN);
}

export type AdminAnswer = { readonly ok: true; readonly body: JsonView } | AdminRefusal;

export interface AdminRefusal {
  readonly ok: false;
  readonly code: ExitCode;
  /** A sentence for the person who asked. */
  readonly message: string;
}

export interface AdminRequest {
  readonly method: "GET" | "POST" | "DELETE";
  /** Below the admin address, with its query: /api/v1/patterns?limit=10. */
  readonly path: string;
  readonly body?: unknown;
  /** Statuses whose body is an answer although they are no success: /readyz's 503. */
  readonly alsoAnswers?: readonly number[];
}

/** Sends one request; a failure becomes a sentence and an exit code. */
export async function askAdmin(io: CliIo, options: AdminOptions, request: AdminRequest): Promise<AdminAnswer> {
  const base = baseOf(options.admin);
  if (base === undefined) return refusal(2, `--admin is not an address; wanted one such as ${DEFAULT_ADMIN}`);
  const token = await readToken(io);
  if (!token.ok) return refusal(1, token.message);
  try {
    const response = await fetch(`${base}${request.path}`, {
      method: request.method,
      headers: {
        accept: "application/json",
        connection: "close",
        ...(token.value === "" ? {} : { authorization: `Bearer ${token.value}` }),
        ...(request.body === undefined ? {} : { "content-type": "application/json" }),
      },
      redirect: "manual",
      signal: AbortSignal.timeout(TIMEOUT_MS),
      ...(request.body === undefined ? {} : { body: JSON.stringify(request.body) }),
    });
    return await readAnswer(response, request, base);
  } catch (error) {
    return refusal(
      3,
      `${base} is unreachable (${causeOf(error)}); start lipservice, or set its admin port with --admin`,
    );
  }
}

/** Asks, prints the refusal when there is one, and otherwise lets `show` print. @returns the exit code */
export async function askAndShow(
  io: CliIo,
  options: AdminOptions,
  request: AdminRequest,
  show: (body: JsonView) => ExitCode,
): Promise<ExitCode> {
  const answer = await askAdmin(io, options, request);
  return answer.ok ? show(answer.body) : explainRefusal(io, answer);
}

/** @returns the exit code */
export function explainRefusal(io: CliIo, refused: AdminRefusal): ExitCode {
  io.err(`lipservice: ${oneLine(refused.message)}`);
  return refused.code;
}

function baseOf(admin: string): string | undefined {
  const address = admin.includes("://") ? admin : `http://${admin}`;
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (
    url === undefined ||
    !/^https?:$/.test(url.protocol) ||
    url.host === "" ||
    url.username !== "" ||
    url.password !== "" ||
    url.search !== ""
  )
    return undefined;
  return `${url.origin}${url.pathname.replace(/\/+$/, "")}`;
}

type Token = { readonly ok: true; readonly value: string } | { readonly ok: false; readonly message: string };

async function readToken(io: CliIo): Promise<Token> {
  const file = io.env[`${TOKEN}_FILE`];
  if (file === undefined || file === "") return { ok: true, value: io.env[TOKEN]?.trim() ?? "" };
  const { nodeConfigHost } = await import("../../src/config/node-config-host.ts");
  const read = nodeConfigHost(io.env).readText(file, 64 * 1024);
  if (read.ok) return { ok: true, value: read.text.trim() };
  return { ok: false, message: `${TOKEN}_FILE names a file that cannot be read: ${read.reason}` };
}

async function readAnswer(response: Response, request: AdminRequest, base: string): Promise<AdminAnswer> {
  const text = await readBounded(response);
  if (text === undefined) return refusal(1, `${base} answered more than ${MAX_ANSWER_BYTES} bytes`);
  const body = parse(text);
  const isAnswer = response.ok || request.alsoAnswers?.includes(response.status) === true;
  if (isAnswer && body !== undefined) return { ok: true, body };
  if (response.status === 401) {
    return refusal(1, `${base} requires its admin token; set ${TOKEN} or ${TOKEN}_FILE`);
  }
  const said = body?.at("error").at("message").text() ?? "";
  if (said !== "") return refusal(1, `${base} refused: ${said}`);
  return refusal(1, `${base} answered ${response.status} without JSON; set lipservice's admin port with --admin`);
}

async function readBounded(response: Response): Promise<string | undefined> {
  const decoder = new TextDecoder();
  let text = "";
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.byteLength;
    if (bytes > MAX_ANSWER_BYTES) return undefined;
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

function parse(text: string): JsonView | undefined {
  try {
    return new JsonView(JSON.parse(text));
  } catch {
    return undefined;
  }
}

function refusal(code: ExitCode, message: string): AdminRefusal {
  return { ok: false, code, message };
}

/** fetch hides the reason in the cause: ECONNREFUSED, ENOTFOUND, a TLS error's code. */
function causeOf(error: unknown): string {
  if (error instanceof Error && error.name === "TimeoutError") return `no answer within ${TIMEOUT_MS / 1_000} s`;
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  if (cause instanceof Error && "code" in cause) return String(cause.code);
  return cause instanceof Error ? cause.message : "unknown failure";
}
