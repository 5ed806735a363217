import { describe, expect, it } from "vitest";
import { DecodeError } from "../../../../src/core/otlp/wire/decode-error.ts";
import type { ConsumeResult, RequestOrigin } from "../../../../src/model/consumer.ts";
import { ADMISSION_DEFAULTS, InFlightAdmission } from "../../../../src/receivers/admission.ts";
import { BodyBuffers } from "../../../../src/receivers/body-buffers.ts";
import { INFLATER_DEFAULTS, Inflater } from "../../../../src/receivers/inflate.ts";
import type { OtlpReceiverDeps } from "../../../../src/receivers/otlp/intake.ts";
import { LogsIntake } from "../../../../src/receivers/otlp/intake.ts";
import { RecordingTelemetry } from "../../../kit/recording-telemetry.ts";
import { SilentLogger } from "../../../kit/silent-logger.ts";
import { VirtualEnvironment } from "../../../kit/virtual-environment.ts";

const NOTHING_LOST = { rejected: 0, tooDeep: 0, message: "", repairedText: 0 };
const ACCEPTED: ConsumeResult = { kind: "accepted", rejectedRecords: 0, message: "" };

function build(deps: Partial<OtlpReceiverDeps> = {}) {
  const telemetry = new RecordingTelemetry();
  const logger = new SilentLogger();
  const environment = new VirtualEnvironment();
  const consumed: { request: Uint8Array; origin: RequestOrigin }[] = [];
  const intake = new LogsIntake(
    "http",
    {
      consumer: {
        consumeLogs(request, origin) {
          consumed.push({ request, origin });
          return ACCEPTED;
        },
      },
      admission: new InFlightAdmission(
        { ...ADMISSION_DEFAULTS, maxInFlightBytes: 100, maxRequestBytes: 100 },
        { queueFill: () => 0, memoryPressure: () => 0, hasMemoryFor: () => true },
        environment,
      ),
      inflater: new Inflater(INFLATER_DEFAULTS),
      buffers: new BodyBuffers(),
      garbage: { leave: () => undefined },
      transcodeJson: () => ({ request: Uint8Array.from([7]), ...NOTHING_LOST }),
      isTrustedPeer: () => false,
      peerNumberOf: () => 0,
      telemetry,
      logger,
      environment,
      ...deps,
    },
    (identity) => identity,
  );
  return { intake, telemetry, logger, environment, consumed };
}

function request(format: "protobuf" | "json" = "protobuf", body: Uint8Array = Uint8Array.from([1, 2, 3])) {
  return { body, format, peerAddress: "10.0.0.1", identity: "agent" };
}

describe("LogsIntake", () => {
  it("hands the very bytes on, and counts them when they were accepted", () => {
    const { intake, consumed, telemetry } = build();
    const given = request();

    expect(intake.take(given)).toBe(ACCEPTED);
    expect(consumed[0]?.request).toBe(given.body);
    expect(telemetry.total("bytesReceived")).toBe(3);
  });

  it("counts no bytes of what was refused, which comes again", () => {
    const refusing = build({
      consumer: { consumeLogs: () => ({ kind: "refused", cause: "queue_full", retryAfterMs: 9 }) },
    });

    expect(refusing.intake.take(request())).toEqual({ kind: "refused", cause: "queue_full", retryAfterMs: 9 });
    expect(refusing.telemetry.total("bytesReceived")).toBe(0);
    expect(refusing.telemetry.total("requestRefused", "http", "queue_full")).toBe(1);
  });

  it("tells the pipeline what the transcoder had to leave out", () => {
    const { intake, consumed } = build({
      transcodeJson: () => ({ request: new Uint8Array(0), ...NOTHING_LOST, rejected: 2, message: "no number" }),
    });

    void intake.take(request("json"));

    expect(consumed[0]?.origin).toMatchObject({ transcoding: { rejected: 2, message: "no number" } });
  });

  it("does not trouble the pipeline with an empty request", () => {
    const { intake, consumed } = build({
      transcodeJson: () => ({ request: new Uint8Array(0), ...NOTHING_LOST }),
    });

    expect(intake.take(request("protobuf", new Uint8Array(0)))).toEqual(ACCEPTED);
    expect(intake.take(request("json"))).toEqual(ACCEPTED);
    expect(consumed).toHaveLength(0);
  });

  it("asks once who is trusted, with address and identity", () => {
    const asked: string[][] = [];
    const { intake, consumed } = build({ isTrustedPeer: (...who) => asked.push(who) > 0 });

    void intake.take(request());

    expect(asked).toEqual([["10.0.0.1", "agent"]]);
    expect(consumed[0]?.origin.trusted).toBe(true);
  });

  it("says of whom a request is by number, whether anything was lost of it or not", () => {
    const lost = { request: Uint8Array.from([7]), rejected: 1, tooDeep: 0, message: "", repairedText: 0 };
    const { intake, consumed } = build({ peerNumberOf: (key) => key.length, transcodeJson: () => lost });

    void intake.take(request());
    void intake.take(request("json"));

    expect(consumed.map(({ origin }) => origin.peer)).toEqual(["agent".length, "agent".length]);
  });

  it("calls JSON that cannot be decoded malformed, with the decoder's sentence", () => {
    const { intake, telemetry } = build({
      transcodeJson: () => {
        throw new DecodeError("Expected an object", 0);
      },
    });

    expect(intake.take(request("json"))).toEqual({
      kind: "rejected",
      cause: "malformed",
      message: "Expected an object",
    });
    expect(telemetry.total("requestRejected", "http", "malformed")).toBe(1);
  });

  it.each([
    [
      "thrown",
      () => {
        throw new TypeError("secret body");
      },
    ],
    ["rejected", () => Promise.reject(new TypeError("secret body"))],
  ])("answers a %s failure as internal, and logs no text of it", async (_name, consumeLogs) => {
    const { intake, logger, telemetry } = build({ consumer: { consumeLogs } });

    const answer = await intake.take(request());

    expect(answer).toMatchObject({ kind: "rejected", cause: "internal" });
    expect(telemetry.total("requestRejected", "http", "internal")).toBe(1);
    expect(logger.lines).toHaveLength(1);
    expect(logger.lines[0]?.fields["error"]).toBe("TypeError");
    expect(JSON.stringify([answer, logger.lines])).not.toContain("secret");
  });

  it("logs failures once in ten seconds and counts them all", () => {
    const { intake, logger, telemetry, environment } = build({
      consumer: {
        consumeLogs: () => {
          throw new Error("again");
        },
      },
    });
    for (let second = 0; second < 20; second++) {
      void intake.take(request());
      environment.advance(1000);
    }

    expect(logger.lines).toHaveLength(2);
    expect(telemetry.total("requestRejected", "http", "internal")).toBe(20);
  });
});
