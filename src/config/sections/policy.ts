/** policy: where the machine-written policy document comes from. */
import type { z } from "zod";
import { section } from "../fields/group.ts";
import { custom, text } from "../fields/text.ts";

export interface PolicyConfig {
  /** File of the document; empty: kept in memory. */
  readonly path: string;
  readonly source: PolicySource;
}

export type PolicySource =
  | { readonly kind: "file" }
  | { readonly kind: "redis" }
  /** http or https, without user or password. */
  | { readonly kind: "url"; readonly url: string };

export function policySection(): z.ZodType<PolicyConfig> {
  return section("The policy document, which LipService writes itself; it never writes the configuration file.", {
    path: text({
      about:
        "File of the document; empty keeps it in memory. When the path cannot be written, the process reports it and keeps the document in memory.",
      why: "The usual place for a service's state.",
      default: "/var/lib/lipservice/policy.json",
    }),
    source: custom<PolicySource>({
      about: "Where new versions come from: file, url:https://…, or redis.",
      why: "A single instance needs no other source.",
      default: "file",
      wanted: "file, redis, or url: followed by an address such as url:https://host/policy.json",
      json: { type: "string", pattern: "^(file|redis|url:https?://.+)$" },
      parse: parseSource,
      print: (source) => (source.kind === "url" ? `url:${source.url}` : source.kind),
      suggest: (value) => (/^https?:\/\//.test(value) && !value.includes("@") ? `url:${value}` : undefined),
    }),
  });
}

function parseSource(value: string): PolicySource | undefined {
  if (value === "file" || value === "redis") return { kind: value };
  if (!/^url:https?:\/\//.test(value)) return undefined;
  const address = value.slice("url:".length);
  const url = URL.canParse(address) ? new URL(address) : undefined;
  return url === undefined || url.username !== "" || url.password !== "" ? undefined : { kind: "url", url: address };
}
