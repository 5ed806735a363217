/** Settings that must not be shown. */
import type { z } from "zod";
import { REDACTED, Secret, secretUrl } from "../secret.ts";
import type { FieldOptions } from "./leaf.ts";
import { decoded, leaf } from "./leaf.ts";

/** JSON Web Tokens with many claims stay below it. */
const MAX_LENGTH = 8_192;

export interface SecretOptions extends FieldOptions<string> {
  readonly minLength?: number;
}

/** A Secret, trimmed: a line break at the end of a file or a variable is never part of a key. */
export function secret(options: SecretOptions): z.ZodType<Secret> {
  const { minLength = 0 } = options;
  const wanted = `text of ${minLength} to ${MAX_LENGTH} characters without line breaks`;
  return secretLeaf(options, wanted, (value, file) => {
    return value.length >= minLength && value.length <= MAX_LENGTH && !/[\r\n\0]/.test(value)
      ? new Secret(value, undefined, file)
      : undefined;
  });
}

/** An address that may carry a password; empty when there is none. */
export function secretAddress(options: FieldOptions<string>, schemes: readonly string[]): z.ZodType<Secret> {
  const wanted = `an address such as ${schemes[0]}://host:port`;
  return secretLeaf(options, wanted, (value, file) => {
    if (value === "") return new Secret("");
    const url = URL.canParse(value) ? new URL(value) : undefined;
    const fits = url !== undefined && url.host !== "" && schemes.includes(url.protocol.slice(0, -1));
    return fits ? secretUrl(value, file) : undefined;
  });
}

function secretLeaf(
  options: FieldOptions<string>,
  wanted: string,
  decode: (value: string, file: string | undefined) => Secret | undefined,
): z.ZodType<Secret> {
  return leaf({
    options,
    wanted,
    json: { type: "string" },
    secret: true,
    decode: (value, file) => {
      // A printed configuration is no copy of the one that runs: its masks would be sent as keys.
      if (value.includes(REDACTED))
        return { ok: false, issue: { because: "is a mask of print-config, not the value" } };
      return decoded(decode(value.trim(), file));
    },
    encode: (value) => value.toString(),
  });
}
