import { expect, it } from "vitest";
import { FixedShare } from "../../../src/fleet/fixed-share.ts";

it("stays what the configuration says, whatever is reported", () => {
  const fleet = new FixedShare(0.125);
  fleet.report();
  expect(fleet.share()).toBe(0.125);
});
