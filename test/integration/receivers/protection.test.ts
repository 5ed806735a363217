/** Credentials, certificates and trust on both transports, with real clients and real handshakes. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import type { ClientHttp2Session } from "node:http2";
import { connect as connectHttp2 } from "node:http2";
import { request } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ConnectionOptions } from "node:tls";
import { connect as connectTls } from "node:tls";
import { status } from "@grpc/grpc-js";
import { describe, expect, it, onTestFinished } from "vitest";
import type { TlsSettings } from "../../../src/receivers/listen/tls-files.ts";
import { TLS_DEFAULTS } from "../../../src/receivers/listen/tls-files.ts";
import type { TestCertificate } from "../../kit/product/certificates.ts";
import { makeCertificate } from "../../kit/product/certificates.ts";
import type { GrpcReply } from "../../kit/product/grpc-post.ts";
import { call, grpcSession } from "../../kit/product/grpc-post.ts";
import { send } from "../../kit/product/http-post.ts";
import type { ReceiverRig } from "../../kit/product/receiver-rig.ts";
import { createReceiverRig, receiversForTest } from "../../kit/product/receiver-rig.ts";
import { TWO_RECORDS } from "./conformance/requests.ts";

const PB = { "content-type": "application/x-protobuf" };
const AUTH = {
  bearerTokens: [
    { identity: "new", token: "tok-2" },
    { identity: "old", token: "tok-1" },
  ],
  basicUsers: [{ username: "agent", password: "p:w" }],
};

function basic(credentials: string): string {
  return `Basic ${Buffer.from(credentials).toString("base64")}`;
}

describe("credentials", () => {
  it.each([
    ["no header", undefined, false],
    ["an unknown token", "Bearer tok-3", false],
    ["a prefix of a token", "Bearer tok-", false],
    ["a token as a scheme", "tok-2", false],
    ["a wrong password", basic("agent:pw"), false],
    ["a token as basic credentials", basic("tok-2"), false],
    ["the new token", "Bearer tok-2", true],
    ["the old token, scheme in lower case", "bearer tok-1", true],
    ["a user", basic("agent:p:w"), true],
  ])("%s", async (_name, authorization, isLetIn) => {
    const rig = await receiversForTest({ http: { auth: AUTH }, grpc: { auth: AUTH } });
    const headers = authorization === undefined ? {} : { authorization };

    const overHttp = await send(httpUrl(rig), { headers: { ...PB, ...headers }, body: TWO_RECORDS });
    const overGrpc = await call(grpcSession(rig.grpcTarget), { headers, message: TWO_RECORDS });

    expect(overHttp.status).toBe(isLetIn ? 200 : 401);
    expect(status[overGrpc.code]).toBe(isLetIn ? "OK" : "UNAUTHENTICATED");
    expect(rig.consumer.requests).toHaveLength(isLetIn ? 2 : 0);
    expect(rig.telemetry.total("requestRejected", "http", "unauthenticated")).toBe(isLetIn ? 0 : 1);
    expect(rig.telemetry.total("requestRejected", "grpc", "unauthenticated")).toBe(isLetIn ? 0 : 1);
    if (!isLetIn) expect(overHttp.headers["www-authenticate"]).toBe('Bearer, Basic realm="otlp"');
  });

  it("are asked for before anything is told: 401 on unknown paths too", async () => {
    const rig = await receiversForTest({ http: { auth: AUTH } });

    expect((await send(`http://127.0.0.1:${rig.httpAddress.port}/nothing`)).status).toBe(401);
  });

  it("decide who is trusted, together with the address", async () => {
    const asked: string[] = [];
    const isTrustedPeer = (address: string, identity: string): boolean => {
      asked.push(`${address} ${identity}`);
      return identity === "old";
    };
    const rig = await receiversForTest({ http: { auth: AUTH }, grpc: { auth: AUTH }, deps: { isTrustedPeer } });

    await send(httpUrl(rig), { headers: { ...PB, authorization: "Bearer tok-1" }, body: TWO_RECORDS });
    await call(grpcSession(rig.grpcTarget), { headers: { authorization: "Bearer tok-2" }, message: TWO_RECORDS });

    expect(asked).toEqual(["127.0.0.1 old", "127.0.0.1 new"]);
    expect(rig.consumer.origins.map((origin) => [origin.transport, origin.trusted])).toEqual([
      ["http", true],
      ["grpc", false],
    ]);
  });

  it("are needed off loopback, unless the operator says otherwise", () => {
    const everywhere = { host: "0.0.0.0" };
    expect(() => createReceiverRig({ http: everywhere })).toThrow(/http\.endpoint: 0\.0\.0\.0 is reachable/);
    expect(() => createReceiverRig({ grpc: everywhere })).toThrow(/grpc\.endpoint: 0\.0\.0\.0 is reachable/);
    expect(() => createReceiverRig({ http: { ...everywhere, auth: AUTH } })).not.toThrow();
    expect(() => createReceiverRig({ grpc: { ...everywhere, insecureListen: true } })).not.toThrow();
  });

  it("may not be empty", () => {
    const auth = { bearerTokens: [{ identity: "ci", token: "" }], basicUsers: [] };
    expect(() => createReceiverRig({ http: { auth } })).toThrow(/secret of "ci" .* is empty/);
  });
});

describe("TLS", () => {
  const authority = makeCertificate("test authority");
  const server = makeCertificate("server one", authority);

  it("serves both transports", async () => {
    const rig = await tlsRig(server);

    expect(await postTls(rig, authority)).toBe(200);
    expect((await callTls(rig, authority)).code).toBe(status.OK);
  });

  it("with a client CA lets only its certificates in, and tells who they are", async () => {
    const asked: string[] = [];
    const client = makeCertificate("node-agent", authority);
    const rig = await tlsRig(server, authority, asked);

    expect(await postTls(rig, authority, client)).toBe(200);
    expect((await callTls(rig, authority, client)).code).toBe(status.OK);
    expect(asked).toEqual(["node-agent", "node-agent"]);
    await expect(postTls(rig, authority)).rejects.toThrow();
    await expect(postTls(rig, authority, makeCertificate("stranger"))).rejects.toThrow();
    await expect(callTls(rig, authority, makeCertificate("stranger"))).rejects.toThrow();
    expect(rig.telemetry.total("requestRejected", "http", "unauthenticated")).toBe(2);
    expect(rig.telemetry.total("requestRejected", "grpc", "unauthenticated")).toBe(1);
  });

  it("takes a new certificate without dropping connections, and keeps the old one when the new is bad", async () => {
    const rig = await tlsRig(server);
    const session = sessionTls(rig, authority);
    expect((await call(session, { message: TWO_RECORDS })).code).toBe(status.OK);
    const files = rig.files;

    writeFileSync(files.keyFile, makeCertificate("unrelated").key);
    await Promise.all([rig.http.reloadTls(), rig.grpc.reloadTls()]);
    expect(await presentedName(rig.httpAddress.port, authority)).toBe("server one");
    expect(rig.logger.lines.filter((line) => line.message.includes("not reloaded"))).toHaveLength(2);

    const renewed = makeCertificate("server two", authority);
    writeFileSync(files.certFile, renewed.cert);
    writeFileSync(files.keyFile, renewed.key);
    await Promise.all([rig.http.reloadTls(), rig.grpc.reloadTls()]);
    expect(await presentedName(rig.httpAddress.port, authority)).toBe("server two");
    expect(await presentedName(rig.grpcAddress.port, authority)).toBe("server two");
    expect((await call(session, { message: TWO_RECORDS })).code).toBe(status.OK);
  });

  it("does not start with files that are missing or do not belong together", async () => {
    const missing = { ...TLS_DEFAULTS, certFile: "/nowhere/cert.pem", keyFile: "/nowhere/key.pem" };
    await expect(createReceiverRig({ http: { tls: missing } }).http.start()).rejects.toThrow(
      /cannot read the TLS file \/nowhere\/cert\.pem/,
    );
    const mixed = writeFiles(server, undefined);
    writeFileSync(mixed.keyFile, makeCertificate("other").key);
    await expect(createReceiverRig({ grpc: { tls: mixed } }).grpc.start()).rejects.toThrow(/must be PEM and belong/);
  });
});

function httpUrl(rig: ReceiverRig): string {
  return `http://127.0.0.1:${rig.httpAddress.port}/v1/logs`;
}

function writeFiles(certificate: TestCertificate, clientCa: TestCertificate | undefined): TlsSettings {
  const directory = mkdtempSync(join(tmpdir(), "receiver-tls-"));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  const files = { certFile: join(directory, "cert.pem"), keyFile: join(directory, "key.pem") };
  const clientCaFile = join(directory, "ca.pem");
  writeFileSync(files.certFile, certificate.cert);
  writeFileSync(files.keyFile, certificate.key);
  if (clientCa !== undefined) writeFileSync(clientCaFile, clientCa.cert);
  return { ...TLS_DEFAULTS, ...files, ...(clientCa === undefined ? {} : { clientCaFile }) };
}

async function tlsRig(
  certificate: TestCertificate,
  clientCa?: TestCertificate,
  identities: string[] = [],
): Promise<ReceiverRig & { readonly files: TlsSettings }> {
  const files = writeFiles(certificate, clientCa);
  const isTrustedPeer = (_address: string, identity: string): boolean => identities.push(identity) > 0;
  const rig = await receiversForTest({ http: { tls: files }, grpc: { tls: files }, deps: { isTrustedPeer } });
  return { ...rig, files };
}

function clientOptions(authority: TestCertificate, client?: TestCertificate): ConnectionOptions {
  return { ca: authority.cert, ...(client === undefined ? {} : { cert: client.cert, key: client.key }) };
}

function postTls(rig: ReceiverRig, authority: TestCertificate, client?: TestCertificate): Promise<number> {
  return new Promise((resolve, reject) => {
    const options = { method: "POST", headers: PB, agent: false, ...clientOptions(authority, client) };
    const outgoing = request(`https://127.0.0.1:${rig.httpAddress.port}/v1/logs`, options, (incoming) => {
      incoming.resume();
      incoming.on("end", () => resolve(incoming.statusCode ?? 0));
    });
    outgoing.on("error", reject);
    outgoing.end(TWO_RECORDS);
  });
}

function sessionTls(rig: ReceiverRig, authority: TestCertificate, client?: TestCertificate): ClientHttp2Session {
  const session = connectHttp2(`https://127.0.0.1:${rig.grpcAddress.port}`, clientOptions(authority, client));
  session.on("error", () => undefined);
  onTestFinished(() => session.destroy());
  return session;
}

function callTls(rig: ReceiverRig, authority: TestCertificate, client?: TestCertificate): Promise<GrpcReply> {
  return call(sessionTls(rig, authority, client), { message: TWO_RECORDS });
}

/** Common name of the certificate that a port presents now. */
function presentedName(port: number, authority: TestCertificate): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connectTls(
      { port, host: "127.0.0.1", ca: authority.cert, ALPNProtocols: ["h2", "http/1.1"] },
      () => {
        resolve(String(socket.getPeerCertificate().subject.CN));
        socket.destroy();
      },
    );
    socket.on("error", reject);
  });
}
