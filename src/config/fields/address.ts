/** Settings that are addresses: to listen on, and to send to. */
import type { z } from "zod";
import type { Endpoint } from "../endpoint.ts";
import { formatEndpoint, parseEndpoint } from "../endpoint.ts";
import type { Decoded, FieldOptions } from "./leaf.ts";
import { decoded, leaf } from "./leaf.ts";

/** host:port to listen on. */
export function endpoint(options: FieldOptions<string>): z.ZodType<Endpoint> {
  return leaf({
    options,
    wanted: "host:port, such as 127.0.0.1:4317, [::1]:4317, or :4317 for every interface",
    json: { type: "string" },
    decode: (value) => decoded(parseEndpoint(value)),
    encode: formatEndpoint,
  });
}

export interface HttpAddressOptions extends FieldOptions<string> {
  /** Empty text is valid and means: none. */
  readonly mayBeEmpty?: boolean;
}

/** An http or https address without user, password, query or fragment; without its final slash. */
export function httpAddress(options: HttpAddressOptions): z.ZodType<string> {
  return leaf({
    options,
    wanted: "an address such as https://host or http://host:port",
    json: { type: "string" },
    decode: (value) => {
      const address = value.trim();
      if (address === "" && options.mayBeEmpty === true) return { ok: true, value: "" };
      const url = URL.canParse(address) ? new URL(address) : undefined;
      if (url === undefined || !/^https?:\/\//i.test(address)) return decoded<string>(undefined);
      if (url.username !== "" || url.password !== "") return refused("holds a user or password, which would be shown");
      if (url.search !== "" || url.hash !== "") return refused("holds a query or fragment");
      return { ok: true, value: address.replace(/\/+$/, "") };
    },
    encode: (value) => value,
  });
}

/** The value itself is not shown: what is wrong with it may be a credential. */
function refused(because: string): Decoded<string> {
  return { ok: false, issue: { because, secret: true } };
}
