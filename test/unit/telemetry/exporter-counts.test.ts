import { describe, expect, it } from "vitest";
import { ExporterCounts } from "../../../src/telemetry/exporter-counts.ts";

describe("ExporterCounts", () => {
  it("counts requests by status, code name and transport failure", () => {
    const counts = new ExporterCounts();

    for (const code of ["200", "200", "503", "UNAVAILABLE", "timeout"]) counts.request(code);

    expect([...counts.requestsByCode]).toEqual([
      ["200", 2],
      ["503", 1],
      ["UNAVAILABLE", 1],
      ["timeout", 1],
    ]);
  });

  it("files what is no code under other", () => {
    const counts = new ExporterCounts();

    for (const code of ["", "99", "600", "2000", 'x"} 1', "a".repeat(33)]) counts.request(code);

    expect([...counts.requestsByCode]).toEqual([["other", 6]]);
  });

  it("keeps at most 64 codes and other", () => {
    const counts = new ExporterCounts();

    for (let status = 100; status < 600; status++) counts.request(String(status));

    expect(counts.requestsByCode.size).toBe(65);
    expect(counts.requestsByCode.get("other")).toBe(500 - 64);
  });
});
