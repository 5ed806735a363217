import { describe, expect, it } from "vitest";
import { ServiceCounts } from "../../../src/telemetry/service-counts.ts";

function received(counts: ServiceCounts): Map<string, number> {
  const rows = counts.rows().filter(({ outcome }) => outcome === "received");
  return new Map(rows.map(({ name, records }) => [name, records]));
}

describe("ServiceCounts", () => {
  it("gives the first names rows of their own and adds the rest to other", () => {
    const counts = new ServiceCounts(2);

    for (const service of ["a", "b", "c", "d", "a"]) counts.add(service, "received", 10);

    expect(received(counts)).toEqual(
      new Map([
        ["other", 20],
        ["a", 20],
        ["b", 10],
      ]),
    );
  });

  it("names a service without a name, which Prometheus could not tell from an absent label", () => {
    const counts = new ServiceCounts(2);

    counts.add("", "received", 1);

    expect([...received(counts).keys()]).toEqual(["other", "unknown_service"]);
  });

  it("adds a service that calls itself other to other, in one row", () => {
    const counts = new ServiceCounts(2);

    counts.add("other", "received", 3);

    expect(received(counts)).toEqual(new Map([["other", 3]]));
  });

  it("makes names printable and merges those that become equal", () => {
    const counts = new ServiceCounts(5);

    counts.add("a\nb", "received", 1);
    counts.add("a\u202eb", "received", 2);

    expect(received(counts).get("a_b")).toBe(3);
    expect(received(counts).size).toBe(2);
  });

  it("cuts long names, and counts what differs only beyond the cut together", () => {
    const counts = new ServiceCounts(5);

    counts.add(`${"x".repeat(200)}1`, "kept", 1);
    counts.add(`${"x".repeat(200)}2`, "kept", 1);

    expect([...received(counts).keys()]).toEqual(["other", "x".repeat(200)]);
  });

  it("stays bounded and exact under any number of names", () => {
    const counts = new ServiceCounts(100);

    for (let index = 0; index < 10_000; index++) counts.add(`service-${index}`, "received", 1);

    expect(counts.rows()).toHaveLength(101 * 3);
    expect(received(counts).get("other")).toBe(9_900);
  });
});
