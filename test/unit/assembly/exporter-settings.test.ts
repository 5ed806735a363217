import { describe, expect, it } from "vitest";
import { exporterSettings } from "../../../src/assembly/exporter-settings.ts";
import { loaded } from "../../kit/config-host.ts";

const fileLimits = async (yaml: string): Promise<unknown> =>
  exporterSettings(await loaded(`exporters: { file: { path: survivors.ndjson${yaml} } }\n`)).find(
    ({ kind }) => kind === "file",
  );

describe("file exporter settings", () => {
  it("set rotation to the configured size and number of files", async () => {
    expect(await fileLimits(", max_file_bytes: 10MiB, max_backups: 7")).toMatchObject({
      maxFileBytes: 10 * 2 ** 20,
      maxBackups: 7,
    });
  });

  it("set no rotation by default", async () => {
    expect(await fileLimits("")).toMatchObject({ maxFileBytes: 0, maxBackups: 3 });
  });
});
