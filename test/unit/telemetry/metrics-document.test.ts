import { expect, it } from "vitest";
import { metricsDocument } from "../../kit/metrics-document.ts";

it("docs/METRICS.md is the metric table as it is now", async () => {
  await expect(metricsDocument()).toMatchFileSnapshot("../../../docs/METRICS.md");
});
