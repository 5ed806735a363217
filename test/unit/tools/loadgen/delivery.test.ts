import { describe, expect, it } from "vitest";
import { ClientLedger } from "../../../../tools/loadgen/client-ledger.ts";
import { deliver } from "../../../../tools/loadgen/delivery.ts";
import type { LoadRequest } from "../../../../tools/loadgen/requests/request-source.ts";
import type { SendOutcome } from "../../../../tools/loadgen/requests/sender.ts";
import { VirtualEnvironment } from "../../../kit/virtual-environment.ts";

const REQUEST: LoadRequest = {
  encoding: "protobuf",
  records: 10,
  plain: new Uint8Array(100),
  gzip: undefined,
  release: () => undefined,
};
const OK: SendOutcome = { kind: "accepted", rejectedRecords: 0 };
const BUSY: SendOutcome = { kind: "refused", status: "503", retryable: true, retryAfterMs: 1 };
const BAD: SendOutcome = { kind: "refused", status: "400", retryable: false, retryAfterMs: undefined };
const RESET: SendOutcome = { kind: "unanswered", status: "ECONNRESET", maybeTaken: true };

/** Delivers one request to a receiver that answers these in turn, each taking a second of virtual time. */
async function report(outcomes: readonly SendOutcome[], patienceMs = 60_000, giveUp = new AbortController()) {
  const environment = new VirtualEnvironment();
  const ledger = new ClientLedger();
  const left = [...outcomes];
  const sender = {
    send: () => {
      environment.advance(1_000);
      return Promise.resolve(left.shift() ?? OK);
    },
    close: () => Promise.resolve(),
  };
  await deliver(REQUEST, { sender, ledger, environment, patienceMs, giveUp: giveUp.signal });
  return ledger.report(1);
}

describe("deliver", () => {
  it("retries refusals for now and lost answers until the request is taken", async () => {
    const { records, retries, attempts, maybeDuplicated, acceptedBytes } = await report([BUSY, RESET, BUSY]);

    expect(records).toMatchObject({ offered: 10, accepted: 10, refused: 0, abandoned: 0 });
    expect(retries).toBe(3);
    expect(attempts).toEqual({ "503": 2, ECONNRESET: 1, ok: 1 });
    expect(maybeDuplicated).toBe(10);
    expect(acceptedBytes).toBe(100);
  });

  it("takes no for an answer when it is final", async () => {
    const { records, retries } = await report([BUSY, BAD]);

    expect(records).toMatchObject({ accepted: 0, refused: 10 });
    expect(retries).toBe(1);
  });

  it("believes a partial success", async () => {
    const { records } = await report([{ kind: "accepted", rejectedRecords: 3 }]);

    expect(records).toMatchObject({ offered: 10, accepted: 7, rejected: 3 });
  });

  it("abandons a request when its patience would not outlast the pause", async () => {
    const { records, attempts } = await report(Array(9).fill(BUSY), 3_900);

    expect(records).toMatchObject({ offered: 10, accepted: 0, abandoned: 10 });
    expect(attempts).toEqual({ "503": 4 });
  });

  it("does not wait out fifteen minutes when nobody is waiting any more", async () => {
    const giveUp = new AbortController();
    const long: SendOutcome = { kind: "refused", status: "429", retryable: true, retryAfterMs: 900_000 };
    const pending = report([long], 2_000_000, giveUp);

    giveUp.abort();

    expect((await pending).records).toMatchObject({ accepted: 0, abandoned: 10 });
  });

  it("measures answers only", async () => {
    const { latencyMs } = await report([RESET]);

    expect(latencyMs.max).toBe(1_000);
    expect(latencyMs.p99).toBeGreaterThan(950);
  });
});
