import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import { Secret, secretUrl } from "../../../src/config/secret.ts";

const VALUE = "phc_canary_value";

describe("Secret", () => {
  it("shows its mask wherever printing is implicit", () => {
    const secret = new Secret(VALUE, undefined, "/run/key");
    const printed = [
      `${secret}`,
      String(secret),
      secret.toString(),
      ["before", secret].join(" "),
      JSON.stringify({ secret }),
      inspect(secret),
      inspect({ deep: { secret } }, { depth: 9, showHidden: true }),
      JSON.stringify(Object.entries(secret)),
      JSON.stringify(structuredClone(Object.assign({}, secret))),
    ];

    for (const text of printed) expect(text).not.toContain(VALUE);
    expect(`${secret}`).toBe("[redacted]");
    expect(inspect(secret)).toBe("Secret([redacted])");
  });

  it("gives its value to reveal alone, and remembers its file", () => {
    const secret = new Secret(VALUE, undefined, "/run/key");

    expect(secret.reveal()).toBe(VALUE);
    expect(secret.file).toBe("/run/key");
  });

  it("prints an empty secret as nothing: there is nothing to hide", () => {
    expect(`${new Secret("")}`).toBe("");
    expect(new Secret("").isEmpty).toBe(true);
  });
});

describe("secretUrl", () => {
  it.each([
    ["redis://:hunter2@cache:6379/0", "redis://[redacted]@cache:6379/0"],
    ["https://user:hunter2@ch.example:8443/path", "https://[redacted]@ch.example:8443/path"],
    ["https://ch.example/?password=hunter2", "https://ch.example/?[redacted]"],
    ["https://ch.example/#hunter2", "https://ch.example/?[redacted]"],
    ["http://ch.example:8123", "http://ch.example:8123/"],
    ["hunter2", "[redacted]"],
    ["mailto:hunter2", "[redacted]"],
  ])("shows of %s what is harmless", (text, shown) => {
    expect(`${secretUrl(text)}`).toBe(shown);
    expect(secretUrl(text).reveal()).toBe(text);
  });
});
