import { describe, expect, it } from "vitest";
import { engineSettings, REPLAY_IDENTITY } from "../../../../src/assembly/engine-settings.ts";
import { Engine } from "../../../../src/core/engine/engine.ts";
import { loaded } from "../../../kit/config-host.ts";
import { buildRequest } from "../../../kit/otlp/record-builder.ts";

describe("the engine's pool of works", () => {
  it("holds nothing of a request that was answered", async () => {
    const engine = new Engine(engineSettings(await loaded(""), REPLAY_IDENTITY, Number.POSITIVE_INFINITY));
    const work = engine.acquire();
    const request = buildRequest([{ records: [{ body: "a line" }] }]);
    work.pass.begin(work.batch, request, request.length);
    while (!work.pass.step(100));
    expect(work.batch).toMatchObject({ recordCount: 1, length: request.length });
    engine.release(work);

    expect(work.batch.bytes).toHaveLength(0);
    expect(engine.acquire()).toBe(work);
  });
});
