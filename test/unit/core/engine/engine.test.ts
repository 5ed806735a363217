import { describe, expect, it } from "vitest";
import { engineSettings, REPLAY_IDENTITY } from "../../../../src/assembly/engine-settings.ts";
import { Engine } from "../../../../src/core/engine/engine.ts";
import { loaded } from "../../../kit/config-host.ts";
import { buildRequest } from "../../../kit/otlp/record-builder.ts";

describe("the pool of request works", () => {
  it("holds no bytes of an answered request", async () => {
    const engine = new Engine(engineSettings(await loaded(""), REPLAY_IDENTITY, Number.POSITIVE_INFINITY));
    const request = buildRequest([{ records: [{ body: "a line" }] }]);
    const first = engine.begin(request, { trusted: false, peer: 0 });
    const { batch } = first;
    while (!first.index());
    expect(batch).toMatchObject({ recordCount: 1, length: request.length });
    first.end();

    expect(batch.bytes).toHaveLength(0);
    expect(engine.begin(request, { trusted: false, peer: 0 }).batch).toBe(batch);
  });
});
