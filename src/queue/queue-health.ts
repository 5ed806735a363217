/** The queue's state in one sentence, from numbers alone; shared by every queue behind the port. */
import type { ComponentHealth } from "../model/ports/component.ts";
import type { QueueDepth } from "../model/ports/queue.ts";

/** From here on the sampler keeps only what must be kept (design §3). */
const NEARLY_FULL = 0.8;
/** Half of the 24 hours after which PostHog replaces a record's timestamp by its own. */
const OLD_SECONDS: number = 12 * 3600;

export function describeQueueHealth(depth: QueueDepth): ComponentHealth {
  const fill = depth.bytes / depth.maxBytes;
  if (depth.oldestAgeSeconds >= OLD_SECONDS) {
    const hours = Math.floor(depth.oldestAgeSeconds / 3600);
    return {
      state: "degraded",
      message: `the oldest record has waited ${hours} hours: after 24 hours PostHog replaces its timestamp`,
    };
  }
  if (fill < NEARLY_FULL) return { state: "ok" };
  return {
    state: "degraded",
    message: `the queue is ${Math.floor(fill * 100)} % full: new requests are refused at 100 %`,
  };
}
