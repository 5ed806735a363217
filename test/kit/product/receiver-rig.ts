/**
 * Both OTLP receivers on free ports in front of a consumer that remembers. The consumer indexes every request with the
 * product's own walk, so that damage is refused as in the product; a test may answer for it instead.
 */
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";
import type { Endpoint } from "../../../src/config/endpoint.ts";
import { IndexPass } from "../../../src/core/otlp/index/index-pass.ts";
import { createLogBatch } from "../../../src/core/otlp/index/log-batch.ts";
import { DecodeError } from "../../../src/core/otlp/wire/decode-error.ts";
import { transcodeLogsJson } from "../../../src/core/otlp-json/transcode-logs-json.ts";
import type { ConsumeResult, LogsConsumer, RequestOrigin } from "../../../src/model/consumer.ts";
import type { AdmissionSettings } from "../../../src/receivers/admission.ts";
import { ADMISSION_DEFAULTS, InFlightAdmission } from "../../../src/receivers/admission.ts";
import { BodyBuffers } from "../../../src/receivers/body-buffers.ts";
import { INFLATER_DEFAULTS, Inflater } from "../../../src/receivers/inflate.ts";
import { createOtlpReceivers } from "../../../src/receivers/otlp/create-receivers.ts";
import type { OtlpReceiverDeps } from "../../../src/receivers/otlp/intake.ts";
import type { OtlpReceiver } from "../../../src/receivers/otlp/otlp-receiver.ts";
import type { OtlpGrpcSettings, OtlpHttpSettings } from "../../../src/receivers/otlp/settings.ts";
import { OTLP_GRPC_DEFAULTS, OTLP_HTTP_DEFAULTS } from "../../../src/receivers/otlp/settings.ts";
import { indexRequest } from "../otlp/index-request.ts";
import { RecordingTelemetry } from "../recording-telemetry.ts";
import { SilentLogger } from "../silent-logger.ts";
import { VirtualEnvironment } from "../virtual-environment.ts";
import { ObservedAdmission } from "./observed-admission.ts";

export const PROTO_DIRECTORY: string = fileURLToPath(new URL("../../../proto", import.meta.url));
/** What the limits of a rig are unless a test says otherwise: small enough to exceed quickly. */
export const RIG_MAX_REQUEST_BYTES: number = 4 * 1024 * 1024;

type Answering = (request: Uint8Array, origin: RequestOrigin) => ConsumeResult | Promise<ConsumeResult>;

export class RecordingConsumer implements LogsConsumer {
  readonly requests: Uint8Array[] = [];
  readonly origins: RequestOrigin[] = [];
  records = 0;
  /** Answers instead of the index pass. */
  answering: Answering | undefined;
  readonly #pass = new IndexPass();
  readonly #batch = createLogBatch(1024);

  consumeLogs(request: Uint8Array, origin: RequestOrigin): ConsumeResult | Promise<ConsumeResult> {
    this.origins.push(origin);
    this.requests.push(Uint8Array.from(request));
    if (this.answering !== undefined) return this.answering(request, origin);
    try {
      indexRequest(this.#pass, this.#batch, request, request.length);
    } catch (error) {
      if (error instanceof DecodeError) return { kind: "invalid", message: error.message };
      throw error;
    }
    this.records += this.#batch.recordCount;
    const rejectedRecords =
      this.#batch.rejected.reduce((sum, count) => sum + count, 0) + (origin.transcoding?.rejected ?? 0);
    return {
      kind: "accepted",
      rejectedRecords,
      message: this.#batch.rejectedMessage || (origin.transcoding?.message ?? ""),
    };
  }

  /** From now on requests wait; the returned function lets all of them be accepted. */
  hold(): () => void {
    const release: { now?: () => void } = {};
    const released = new Promise<void>((resolve) => {
      release.now = resolve;
    });
    this.answering = async () => {
      await released;
      return { kind: "accepted", rejectedRecords: 0, message: "" };
    };
    return () => {
      this.answering = undefined;
      release.now?.();
    };
  }

  forget(): void {
    this.requests.length = 0;
    this.origins.length = 0;
    this.records = 0;
  }
}

export interface ReceiverRigOptions {
  readonly http?: Partial<OtlpHttpSettings>;
  readonly grpc?: Partial<OtlpGrpcSettings>;
  readonly admission?: Partial<AdmissionSettings>;
  readonly deps?: Partial<OtlpReceiverDeps>;
}

export interface ReceiverRig {
  readonly consumer: RecordingConsumer;
  readonly telemetry: RecordingTelemetry;
  readonly logger: SilentLogger;
  readonly admission: ObservedAdmission;
  /** What the admission reads; set freely. */
  readonly readings: { queueFill: number; memoryPressure: number };
  readonly http: OtlpReceiver;
  readonly grpc: OtlpReceiver;
  readonly httpAddress: Endpoint;
  readonly grpcAddress: Endpoint;
  /** host:port. */
  readonly grpcTarget: string;
  stop(): Promise<void>;
}

/** Not started; for tests of starting itself. */
export function createReceiverRig(
  options: ReceiverRigOptions = {},
): Omit<ReceiverRig, "httpAddress" | "grpcAddress" | "grpcTarget"> {
  const consumer = new RecordingConsumer();
  const telemetry = new RecordingTelemetry();
  const logger = new SilentLogger();
  const environment = new VirtualEnvironment();
  const readings = { queueFill: 0, memoryPressure: 0 };
  const admissionSettings = {
    ...ADMISSION_DEFAULTS,
    maxInFlightBytes: 16 * RIG_MAX_REQUEST_BYTES,
    maxRequestBytes: RIG_MAX_REQUEST_BYTES,
    ...options.admission,
  };
  const admission = new ObservedAdmission(
    new InFlightAdmission(
      admissionSettings,
      { queueFill: () => readings.queueFill, memoryPressure: () => readings.memoryPressure, hasMemoryFor: () => true },
      environment,
    ),
  );
  const listen = {
    host: "127.0.0.1",
    port: 0,
    insecureListen: false,
    auth: { bearerTokens: [], basicUsers: [] },
    maxRequestBytes: RIG_MAX_REQUEST_BYTES,
  };
  const receivers = createOtlpReceivers(
    {
      grpc: { ...OTLP_GRPC_DEFAULTS, ...listen, protoDirectory: PROTO_DIRECTORY, ...options.grpc },
      http: { ...OTLP_HTTP_DEFAULTS, ...listen, ...options.http },
    },
    {
      consumer,
      admission,
      inflater: new Inflater(INFLATER_DEFAULTS),
      buffers: new BodyBuffers(),
      garbage: { leave: () => undefined },
      transcodeJson: (body) => transcodeLogsJson(body, body.length),
      isTrustedPeer: () => false,
      peerNumberOf: () => 0,
      telemetry,
      logger,
      environment,
      ...options.deps,
    },
  );
  const [grpc, http] = receivers;
  if (grpc === undefined || http === undefined) throw new Error("both receivers are configured");
  const stop = async (): Promise<void> => {
    const cut = AbortSignal.abort();
    await Promise.all([grpc.shutdown(cut), http.shutdown(cut)]);
  };
  return { consumer, telemetry, logger, admission, readings, http, grpc, stop };
}

export async function startReceivers(options: ReceiverRigOptions = {}): Promise<ReceiverRig> {
  const rig = createReceiverRig(options);
  await Promise.all([rig.http.start(), rig.grpc.start()]);
  const httpAddress = rig.http.address();
  const grpcAddress = rig.grpc.address();
  if (httpAddress === undefined || grpcAddress === undefined) throw new Error("a started receiver has an address");
  return { ...rig, httpAddress, grpcAddress, grpcTarget: `${grpcAddress.host}:${grpcAddress.port}` };
}

/** Stopped when the test ends. */
export async function receiversForTest(options: ReceiverRigOptions = {}): Promise<ReceiverRig> {
  const rig = await startReceivers(options);
  onTestFinished(() => rig.stop());
  return rig;
}
