import { describe, expect, it } from "vitest";
import { errorsOf, warningsOf } from "../../kit/config-host.ts";

describe("settings that are not active yet", () => {
  it.each([
    [
      "queue: { directory: /q, durability: fsync }",
      "1:21: queue.directory is set, but not active in this version: the queue is in memory, and its records are lost when the process ends",
    ],
    [
      "history: { clickhouse: { url: http://h:8123 } }",
      "1:31: history.clickhouse.url is set, but not active in this version: no history is kept",
    ],
    [
      "history: { embedded: { directory: /h } }",
      "1:22: history.embedded is set, but not active in this version: no history is kept",
    ],
    [
      "fleet: { redis_url: redis://h }",
      "1:21: fleet.redis_url is set, but not active in this version: each instance works alone",
    ],
    [
      "policy: { source: url:https://h/p }",
      "1:19: policy.source is set, but not active in this version: the policy is read from policy.path only",
    ],
    [
      "recluster: { enabled: true }",
      "1:23: recluster.enabled is set, but not active in this version: the policy changes only through commands and the API",
    ],
    [
      "recluster: { llm: { base_url: https://h, model: m } }",
      "1:31: recluster.llm.base_url is set, but not active in this version: no model is used",
    ],
  ])("are accepted with a warning: %s", async (yaml, line) => {
    expect(await errorsOf(yaml)).toEqual([]);
    expect(await warningsOf(yaml)).toEqual([line]);
  });
});
