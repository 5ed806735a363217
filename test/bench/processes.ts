/**
 * The processes of an end-to-end run: the product, the sink behind it (PostHog's stand-in without decoding), the bare
 * servers it is compared with, and the load generator. Each is a process of its own, so that the kernel counts its CPU
 * time apart. Whoever starts one stops it.
 */
import type { ChildProcess } from "node:child_process";
import { spawn } from "node:child_process";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import { performance } from "node:perf_hooks";
import { setTimeout as delay } from "node:timers/promises";
import type { LoadReport } from "../../tools/loadgen/client-ledger.ts";

const COMMAND = "dist/cmd/lipservice.js";
const START_LIMIT_MS = 30_000;
const POLL_MS = 5;

export interface Running {
  readonly pid: number;
  stop(): Promise<void>;
}

export interface RunningServer extends Running {
  readonly grpc: string;
  readonly http: string;
}

export interface RunningProduct extends RunningServer {
  readonly admin: string;
  /** From the start of the process to the first 200 of /readyz. */
  readonly readyMs: number;
}

/** Keeps one record in ten; exports compressed to `sink`. */
export async function startProduct(sink: string): Promise<RunningProduct> {
  const [grpcPort, httpPort, adminPort] = [await freePort(), await freePort(), await freePort()];
  const settings = [
    "sampling.budget.keep_ratio=0.1",
    `receivers.otlp.protocols.grpc.endpoint=127.0.0.1:${grpcPort}`,
    `receivers.otlp.protocols.http.endpoint=127.0.0.1:${httpPort}`,
    `admin.endpoint=127.0.0.1:${adminPort}`,
    "policy.path=/dev/null/none",
    `exporters.posthog.host=${sink}`,
    "service.telemetry.logs.level=error",
  ];
  const startedMs = performance.now();
  const child = spawn(process.execPath, [COMMAND, "run", ...settings.flatMap((setting) => ["--set", setting])], {
    stdio: ["ignore", "ignore", "inherit"],
    env: { ...process.env, POSTHOG_API_KEY: `phc_${"b".repeat(43)}` },
  });
  const admin = `http://127.0.0.1:${adminPort}`;
  await answering(`${admin}/readyz`, child);
  const readyMs = performance.now() - startedMs;
  return { ...running(child), grpc: `127.0.0.1:${grpcPort}`, http: `http://127.0.0.1:${httpPort}`, admin, readyMs };
}

/** @returns the base URL of the capture endpoint with the process */
export async function startSink(): Promise<Running & { readonly url: string }> {
  const port = await freePort();
  const child = spawn(process.execPath, [COMMAND, "standin", "--no-decode", "--port", String(port)], {
    stdio: ["ignore", "ignore", "inherit"],
  });
  const url = `http://127.0.0.1:${port}`;
  await answering(url, child);
  return { ...running(child), url };
}

/** A server of the same transports that reads whole requests and says yes: what the transport alone costs. */
export async function startBareServer(): Promise<RunningServer> {
  const [grpcPort, httpPort] = [await freePort(), await freePort()];
  const child = spawn(
    process.execPath,
    ["--import", "tsx", "test/bench/bare-server.ts", String(grpcPort), String(httpPort)],
    {
      stdio: ["ignore", "ignore", "inherit"],
    },
  );
  const http = `http://127.0.0.1:${httpPort}`;
  await answering(http, child);
  return { ...running(child), grpc: `127.0.0.1:${grpcPort}`, http };
}

/** @param args of `lipservice loadgen`; @throws Error unless every record was acknowledged */
export async function load(args: readonly string[]): Promise<LoadReport> {
  const child = spawn(process.execPath, [COMMAND, "loadgen", "--no-progress", "--output", "json", ...args], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let text = "";
  child.stdout.on("data", (chunk: Buffer) => {
    text += chunk.toString("utf8");
  });
  const [code] = (await once(child, "close")) as [number | null];
  if (code !== 0) throw new Error(`loadgen ${args.join(" ")} ended with ${code}: ${text}`);
  return JSON.parse(text) as LoadReport;
}

function running(child: ChildProcess): Running {
  const { pid } = child;
  if (pid === undefined) throw new Error("Start a process of the benchmark: it did not start");
  const stop = async (): Promise<void> => {
    if (child.exitCode !== null) return;
    const exited = once(child, "exit");
    child.kill("SIGTERM");
    await exited;
  };
  return { pid, stop };
}

/** Until the URL answers 200, or anything at all where it is no health check. */
async function answering(url: string, child: ChildProcess): Promise<void> {
  const wants200 = url.endsWith("/readyz");
  for (const until = performance.now() + START_LIMIT_MS; performance.now() < until; await delay(POLL_MS)) {
    if (child.exitCode !== null) throw new Error(`Start ${child.spawnargs.join(" ")}: it ended with ${child.exitCode}`);
    try {
      const { status } = await fetch(url);
      if (!wants200 || status === 200) return;
    } catch {
      // Nobody listens yet.
    }
  }
  child.kill("SIGKILL");
  throw new Error(`Start ${child.spawnargs.join(" ")}: no answer from ${url} in ${START_LIMIT_MS} ms`);
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}
