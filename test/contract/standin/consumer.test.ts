/** What the destination does behind the 200: bills decompressed bytes, and drops whole messages without a word. */
import { gzipSync } from "node:zlib";
import { expect, it } from "vitest";
import { STANDIN_TOKEN } from "../../../tools/standin/settings.ts";
import { encodeLogsRequest, requestOf } from "../../kit/otlp/otlp-message.ts";
import { post, standinForTest } from "../../kit/product/standin.ts";
import { VirtualEnvironment } from "../../kit/virtual-environment.ts";

const BEARER = { authorization: `Bearer ${STANDIN_TOKEN}` };
/** About 1,900 kilobytes of one compressible record. */
const LARGE = encodeLogsRequest(requestOf([{ body: { stringValue: "x".repeat(1_899_000) } }]));

it("bills the bytes after decompression, not those on the wire, and only of messages it keeps", async () => {
  const standin = await standinForTest({ switches: { projectTokens: [STANDIN_TOKEN, "phc_second"] } });
  const request = encodeLogsRequest(requestOf([{ body: { stringValue: "paid ".repeat(100) } }]));

  await post(standin, gzipSync(request), { headers: { ...BEARER, "content-encoding": "gzip" } });
  await post(standin, request, { headers: { authorization: "Bearer phc_second" } });
  await post(standin, request, { headers: { authorization: "Bearer phc_unknown" } });

  const { bytes, records } = standin.stats();
  expect(bytes.billed).toBe(2 * request.length);
  expect(bytes.decoded).toBe(3 * request.length);
  expect(bytes.wire).toBeLessThan(3 * request.length);
  expect(records).toMatchObject({ accepted: 3, stored: 2, storedByService: { shop: 2 } });
  expect(standin.rows().map((row) => row.team_id)).toEqual([1, 2]);
});

it("drops whole messages beyond a bucket of 10,000 KB that refills with 1,000 KB a second", async () => {
  const environment = new VirtualEnvironment();
  const standin = await standinForTest({ environment, switches: { rateLimit: true } });
  const send = async (times: number) => {
    for (let i = 0; i < times; i++) expect((await post(standin, LARGE)).status).toBe(200);
    return standin.stats().records;
  };

  // Five messages of 1,900 KB fit, the sixth does not.
  expect(await send(6)).toMatchObject({ stored: 5, dropped: { rate_limited: 1 } });
  environment.advance(1_000);
  expect(await send(1)).toMatchObject({ stored: 5, dropped: { rate_limited: 2 } });
  environment.advance(400);
  expect(await send(1)).toMatchObject({ stored: 6, dropped: { rate_limited: 2 } });
});

it("limits nobody's rate unless it is switched on", async () => {
  const standin = await standinForTest();

  for (let i = 0; i < 8; i++) await post(standin, LARGE);

  expect(standin.stats().records.stored).toBe(8);
});
