/** The version in package.json, found from this file upwards: it lies one level deeper once built. */
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export function productVersion(): string {
  let directory = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(directory, "package.json"))) {
    const above = dirname(directory);
    if (above === directory) return "unknown";
    directory = above;
  }
  const manifest: { readonly version?: string } = JSON.parse(readFileSync(join(directory, "package.json"), "utf8"));
  return manifest.version ?? "unknown";
}
