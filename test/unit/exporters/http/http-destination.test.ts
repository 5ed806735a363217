import { gunzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import type { HttpDestinationSettings } from "../../../../src/exporters/http/http-destination.ts";
import { HttpDestination } from "../../../../src/exporters/http/http-destination.ts";
import type { HttpAnswer, HttpPost } from "../../../../src/exporters/http/http-transport.ts";
import type { OutgoingRequest } from "../../../../src/exporters/sending/destination.ts";
import { VirtualEnvironment } from "../../../kit/virtual-environment.ts";

const SIGNAL = new AbortController().signal;
const REQUEST: OutgoingRequest = {
  bytes: Uint8Array.of(1, 2, 3),
  recordCount: 1,
  countReasons: () => new Uint32Array(11),
};

const answer = (status: number, retryAfter?: string): HttpAnswer => ({
  kind: "answer",
  status,
  retryAfter,
  contentType: "application/json",
  body: new Uint8Array(0),
});

/** A destination whose transport answers as told; `posts` are the requests it saw. */
async function openDestination(
  answers: readonly HttpAnswer[],
  settings: Partial<HttpDestinationSettings> = {},
): Promise<{ destination: HttpDestination; posts: HttpPost[] }> {
  const posts: HttpPost[] = [];
  const destination = new HttpDestination(
    {
      target: { url: new URL("https://example.test/i/v1/logs"), maxConnections: 1 },
      compression: "gzip",
      timeoutMs: 30_000,
      userAgent: "lipservice/test",
      headers: () => ({ authorization: "Bearer phc_test" }),
      credential: "the project API key",
      address: "the host",
      rejectedRecords: () => 0,
      ...settings,
    },
    new VirtualEnvironment(),
    () =>
      Promise.resolve({
        post: (post) => {
          posts.push(post);
          return Promise.resolve(answers[posts.length - 1] ?? answer(200));
        },
        close: () => Promise.resolve(),
      }),
  );
  await destination.open();
  return { destination, posts };
}

async function outcomeOf(given: HttpAnswer): Promise<unknown> {
  const { destination } = await openDestination([given]);
  return destination.send(REQUEST, SIGNAL);
}

describe("HttpDestination requests", () => {
  it("are gzipped protobuf with the credential of the moment", async () => {
    let key = "phc_first";
    const { destination, posts } = await openDestination([], { headers: () => ({ authorization: `Bearer ${key}` }) });
    await destination.send(REQUEST, SIGNAL);
    key = "phc_second";
    await destination.send(REQUEST, SIGNAL);

    expect(posts[0]?.headers).toEqual({
      authorization: "Bearer phc_first",
      "content-type": "application/x-protobuf",
      "content-encoding": "gzip",
      "user-agent": "lipservice/test",
    });
    expect([...gunzipSync(posts[0]?.body ?? "")]).toEqual([1, 2, 3]);
    expect(posts[1]?.headers["authorization"]).toBe("Bearer phc_second");
  });

  it("go without compression once gzip was refused, for good", async () => {
    const { destination, posts } = await openDestination([answer(415)]);
    const first = await destination.send(REQUEST, SIGNAL);
    const second = await destination.send(REQUEST, SIGNAL);
    const third = await destination.send(REQUEST, SIGNAL);

    expect([first.kind, second.kind, third.kind]).toEqual(["resend", "accepted", "accepted"]);
    expect(posts.map((post) => post.headers["content-encoding"])).toEqual(["gzip", undefined, undefined]);
    expect(posts[1]?.body).toBe(REQUEST.bytes);
  });
});

describe("HttpDestination answers", () => {
  it("commit on any 2xx", async () => {
    for (const status of [200, 202, 204, 299]) {
      expect(await outcomeOf(answer(status))).toEqual({ kind: "accepted", code: String(status), rejectedRecords: 0 });
    }
  });

  it("split on 400, 413 and 422", async () => {
    expect(await outcomeOf(answer(400))).toEqual({ kind: "split", code: "400", cause: "poison" });
    expect(await outcomeOf(answer(422))).toEqual({ kind: "split", code: "422", cause: "poison" });
    expect(await outcomeOf(answer(413))).toEqual({ kind: "split", code: "413", cause: "too_large" });
  });

  it("are retried when they say nothing about the request, and a 500 is suspect", async () => {
    for (const status of [408, 429, 500, 501, 502, 503, 504, 529]) {
      expect(await outcomeOf(answer(status))).toMatchObject({
        kind: "retry",
        code: String(status),
        suspect: status === 500,
      });
    }
  });

  it("carry Retry-After in both forms", async () => {
    const wallMs = new VirtualEnvironment().wallMs;

    expect(await outcomeOf(answer(429, "900"))).toMatchObject({ retryAfterMs: 900_000 });
    expect(await outcomeOf(answer(503, new Date(wallMs + 7000).toUTCString()))).toMatchObject({ retryAfterMs: 7000 });
    expect(await outcomeOf(answer(503))).toMatchObject({ retryAfterMs: undefined });
  });

  it("hold on credentials, addresses, redirects and whatever else a person must look at", async () => {
    expect(await outcomeOf(answer(401))).toMatchObject({
      kind: "hold",
      message: expect.stringMatching(/project API key/),
    });
    expect(await outcomeOf(answer(403))).toMatchObject({
      kind: "hold",
      message: expect.stringMatching(/project API key/),
    });
    for (const status of [301, 302, 307, 308, 402, 404, 405, 410]) {
      expect(await outcomeOf(answer(status))).toMatchObject({
        kind: "hold",
        message: expect.stringMatching(/check the host/),
      });
    }
  });

  it("hold when the request is refused for its encoding although it has none", async () => {
    const { destination } = await openDestination([answer(415)], { compression: "none" });

    expect(await destination.send(REQUEST, SIGNAL)).toMatchObject({ kind: "hold", code: "415" });
  });

  it("that never came are retried, with the system's name for why", async () => {
    const failure: HttpAnswer = { kind: "failure", code: "connect", detail: "ECONNREFUSED" };

    expect(await outcomeOf(failure)).toMatchObject({
      kind: "retry",
      code: "connect",
      message: "the destination cannot be reached (connect: ECONNREFUSED)",
      suspect: false,
    });
  });
});
