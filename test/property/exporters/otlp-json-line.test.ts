/** A file's line of OTLP/JSON says what the payload said: read back by the transcoder it is the same request. */
import fc from "fast-check";
import { expect, it } from "vitest";
import { otlpJsonLine } from "../../../src/exporters/file/otlp-json.ts";
import { logsRequest } from "../../kit/otlp/otlp-arbitraries.ts";
import { ExportLogsServiceRequest } from "../../kit/otlp/otlp-schema.ts";
import { readRequest, transcode } from "../../kit/otlp/transcode-json.ts";

it("a line of OTLP/JSON reads back as the request it was written from", () => {
  fc.assert(
    fc.property(logsRequest, (message) => {
      const payload = ExportLogsServiceRequest.encode(ExportLogsServiceRequest.fromObject(message)).finish();
      const { request, rejected } = transcode(otlpJsonLine(payload));

      expect(rejected).toBe(0);
      expect(request).toEqual(readRequest(payload));
    }),
    { numRuns: 200 },
  );
});
