/** Lines as operating systems, clusters, phones and proxies write them, and whether they are one pattern or several. */
import { describe, expect, it } from "vitest";
import { newStage, plainTemplate, signLine } from "../../../kit/signing.ts";

/** Templates of lines that one scope sees in this order, as they stand in the end. */
function templatesOf(...lines: readonly string[]): string[] {
  const stage = newStage();
  const ids = lines.map((line) => stage.patterns.id(signLine(stage, line)));
  return ids.map((id) => plainTemplate(stage, stage.patterns.find(id)));
}

describe("SignatureStage on lines of one log statement", () => {
  it.each<[string, string | undefined, readonly string[]]>([
    [
      "hosts of a cluster, one or a range",
      "allocated <*> to job <*>",
      ["allocated n17 to job 5", "allocated node-[0-63] to job 6", "allocated rack-a-[4,7-9] to job 7"],
    ],
    [
      "numbers that did not fit their column",
      "rpm ( <*> )",
      ["rpm ( 3100 2900 2950 )", "rpm ( 3100 **** 2950 )", "rpm ( 1 2 ** )"],
    ],
    ["rulers of any length", "*** NEXT ROUND ***", ["***** NEXT ROUND ******", "******* NEXT ROUND ****"]],
    ["underlines of any length", "=== totals ===", ["===== totals =====", "======== totals ===="]],
    [
      "addresses whose first group has no digit",
      "peer <*> left",
      ["peer fdaa:bb::7 left", "peer ::ffff:10.0.0.9 left", "peer face:b00c::1 left", "peer 10.0.0.9 left"],
    ],
    ["dates with the day in front", "due <*>", ["due Sat, 01 Jan 2000 00:00:00 GMT", "due 2000-01-01T00:00:00Z"]],
    [
      "truth values after a colon",
      "clip isOpen:<*>, top:<*>",
      ["clip isOpen:true, top:0.0", "clip isOpen:false, top:97.5"],
    ],
    ["interfaces by their hardware address", "up on <*>", ["up on de:ad:be:ef:ca:fe", "up on 00:1b:44:11:3a:b7"]],
    [
      "packages and bundles, in any case",
      "Process <*> (pid <*>) has died",
      ["Process com.acme.mail (pid 12) has died", "Process org.acme.radio:sync (pid 13) has died"],
    ],
    [
      "components of a phone",
      "Start <*> for <*>",
      ["Start 77 for com.acme.mail/.ui.Inbox", "Start 78 for com.acme.radio/com.acme.radio.Play$Timer"],
    ],
    [
      "a step named twice",
      "[loadRoutes][no routes]",
      ["[loadRoutes][no routes]", "[loadRoutes][loadRoutes][no routes]"],
    ],
    ["truth values given to a function", "setLamp(<*>)", ["setLamp(true)", "setLamp(false)"]],
    [
      "two disks",
      "disk <*>: write protect is off",
      ["disk sda: write protect is off", "disk sdb: write protect is off"],
    ],
    [
      "dumps of tokens in braces",
      "hiding AppToken{<*> token=<*>}",
      [
        "hiding AppToken{9f4ef63 token=Token{a64f992 Entry{de9231d u0 com.acme.mail/.Inbox t61}}}",
        "hiding AppToken{3d5f5d9 token=Token{3d5d720 Entry{3d58763 u0 com.acme.radio/.Play t7}}}",
      ],
    ],
    [
      "sizes said twice, or once",
      "<*> close, <*> sent, <*> received, lifetime <*>",
      [
        "mail.example.com:443 close, 0 bytes sent, 0 bytes received, lifetime <1 sec",
        "10.0.0.1:80 close, 451 bytes sent, 18846 bytes (18.4 KB) received, lifetime 00:01",
        "api.example.org:80 close, 1125 bytes (1.09 KB) sent, 1846 bytes (1.80 KB) received, lifetime 01:13:01",
      ],
    ],
    [
      "peers with a name, without one",
      "connection from <*> at <*>",
      [
        "connection from 10.0.0.9 () at Thu Jun 23 02:38:23 2005",
        "connection from 10.0.0.8 (host8.example.net) at Sun Jul 17 14:03:41 2005",
      ],
    ],
    [
      "servicing stacks",
      "Loaded stack <*> with core: <*>",
      [
        "Loaded stack v6.1.7601.23505 with core: C:\\Windows\\winsxs\\amd64_acme_31bf38_none_68\\core.dll",
        "Loaded stack v6.1.7601.17592 with core: C:\\Windows\\winsxs\\x86_acme_31bf38_none_44\\core.dll",
      ],
    ],
    [
      "registers",
      undefined,
      ["r24=0x00000001 r25=0xdeadbeef r26=0x00000000", "r12=0xffffffff r13=0x00000000 r14=0x80000000"],
    ],
  ])("gives them one pattern: %s", (_, template, lines) => {
    const templates = templatesOf(...lines);

    expect(new Set(templates).size, templates.join("\n")).toBe(1);
    if (template !== undefined) expect(templates[0]).toBe(template);
  });
});

describe("SignatureStage on lines of different log statements", () => {
  it.each<[string, readonly string[]]>([
    ["commands by their names", ["boot", "halt", "coldBoot", "warmBoot", "shutdown"].map((it) => `${it} (command 12)`)],
    ["events named by constants", ["SCREEN_ON", "SCREEN_OFF", "TIME_TICK"].map((it) => `got: acme.app.event.${it}`)],
    [
      "properties of one object",
      ["totalSteps", "totalHeight", "totalTime", "lastTime", "minTime"].map((it) => `${it}=5`),
    ],
    [
      "zones, although one of them looks like a name",
      ["DMA", "Normal", "HighMem"].map((it) => `${it} zone: 4096 pages, batch:1`),
    ],
    ["what was waited for", ["input", "space", "output"].map((it) => `worker stopped waiting for ${it} of its queue`)],
    ["functions by their names", ["loadAll", "saveAll", "dropAll"].map((it) => `cache ${it}() of the shop took 5 ms`)],
    ["getter and setter", ["getSteps = 5##7", "setSteps = 5##7"]],
    ["up and down", ["Link Up on en0", "Link Down on en0"]],
    ["what protocol was used", ["a.example.com:80 open through HTTPS", "a.example.com:80 open through proxy"]],
    ["usable and reserved memory", ["map: 000f0000 - 00100000 (usable)", "map: 000f0000 - 00100000 (reserved)"]],
    ["enabled and disabled processors", ["LAPIC (id[0x01] enabled)", "LAPIC (id[0x01] disabled)"]],
    ["start and end of an animation", ["startAnimation begin", "startAnimation end"]],
    ["dashes of a sentence", ["worker 5 -- going to hide", "worker 5 -- going to show"]],
  ])("gives each its own pattern: %s", (_, lines) => {
    const templates = templatesOf(...lines);

    expect(new Set(templates).size, templates.join("\n")).toBe(lines.length);
  });
});
