/** The OTLP receivers of a configuration. */
import { OtlpGrpcReceiver } from "./grpc.ts";
import { OtlpHttpReceiver } from "./http.ts";
import type { OtlpReceiverDeps } from "./intake.ts";
import type { OtlpReceiver } from "./otlp-receiver.ts";
import type { OtlpSettings } from "./settings.ts";

/**
 * The receivers that the settings turn on, not started.
 * @throws Error when an address is open to others without protection, or a secret is empty
 */
export function createOtlpReceivers(settings: OtlpSettings, deps: OtlpReceiverDeps): OtlpReceiver[] {
  const receivers: OtlpReceiver[] = [];
  if (settings.grpc !== undefined) receivers.push(new OtlpGrpcReceiver(settings.grpc, deps));
  if (settings.http !== undefined) receivers.push(new OtlpHttpReceiver(settings.http, deps));
  return receivers;
}
