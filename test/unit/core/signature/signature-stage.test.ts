import { describe, expect, it } from "vitest";
import { SignatureStage } from "../../../../src/core/signature/signature-stage.ts";

function stage(maxPatterns = 1000, onEvict: (row: number) => void = () => {}): SignatureStage {
  return new SignatureStage({ maxPatterns, maxBytes: 2048, maxServices: 10, hashKey: new Uint8Array(16) }, onEvict);
}

const INFO = 9;

function templateOf(line: string): string {
  const signer = stage();
  return signer.table.template(signer.signLine(line, "", INFO));
}

describe("template", () => {
  it.each([
    ["Received block blk_-123 of size 67108864 from /10.251.1.1", "Received block <*> of size <*> from <*>"],
    ["took 93.0 B, then 5.2 KB", "took <*>, then <*>"],
    ["at Sat Jun 17 07:07:00 CST 2005 it rained", "at <*> it rained"],
    ["uid=0 logname= tty=ssh rhost=a.b.com  user=root", "uid=<*> logname=<*> tty=<*> rhost=<*> user=<*>"],
    ['10.1.1.1 "GET /v2/x HTTP/1.1" status: 200', '<*> "GET <*>" status: <*>'],
    ["1190 bytes (1.16 KB) sent", "<*> sent"],
    ["stations [shanghai, nanjing] of (a, b, c)", "stations [<*>] of (<*>)"],
    ["status=failed ok=true", "status=failed ok=<*>"],
    ["illegal instruction......1", "illegal instruction......<*>"],
    ["can't open 'a file' of the user's", "can't open <*> of the user's"],
    ["java.io.IOException: no space", "java.io.IOException: no space"],
    ["list of [Trip(id=1, to=x), Trip(id=2, to=y)]", "list of [Trip(id=<*>, to=<*>)]"],
    ['level=info msg="Failed to reach 10.0.0.1" err="dial tcp"', "level=info msg=Failed to reach <*> err=<*>"],
    ["HTTP not found", "HTTP not found"],
    ["用户123登录成功，余额：12.5元", "用户<*>登录成功，余额：<*>元"],
    ["GET /users/5?expand=true&n=2 took 3ms", "GET <*> took <*>"],
    ["from=<a@b.c>, size=1", "from=<*>, size=<*>"],
    ["lifetime <1 sec", "lifetime <*>"],
    ["pattern: C:\\Windows\\x_std.sqm, flags: 0x2", "pattern: <*>, flags: <*>"],
    ["class org.apache.foo.BarBaz of mail.example.com", "class <*> of <*>"],
    ["[station name: suzhou] [state: closed] [error: late]", "[station name: <*>] [state: closed] [error: late]"],
    ["Config(name=x, text=Share Of Tickets - From End, n=1)", "Config(name=<*>, text=<*>, n=<*>)"],
    ['payload {"a":[1,"]"]} sent', "payload <*> sent"],
    ['"all of it in quotes 5"', "all of it in quotes <*>"],
  ])("masks %s", (line, template) => {
    expect(templateOf(line)).toBe(template);
  });

  it("keeps characters of several bytes whole", () => {
    expect(templateOf("größe überschritten: 50 天气")).toBe("größe überschritten: <*> 天气");
  });

  it("recognises a JSON body by its keys and its masked message", () => {
    expect(templateOf('{"level":"info","msg":"user 5 gone","id":{"a":[1,"]"]}}')).toBe(
      "user <*> gone {id,level=info,msg}",
    );
  });

  it("recognises a stack trace by its types and top frames, not by line numbers", () => {
    const trace = (line: number): string =>
      `request ${line} failed\n\tat com.acme.Foo.bar(Foo.java:${line})\n\tat com.acme.Main.main(Main.java:2)\nCaused by: java.io.IOException: x${line}`;

    expect(templateOf(trace(7))).toBe(
      "request <*> failed | com.acme.Foo.bar | com.acme.Main.main | java.io.IOException",
    );
    expect(templateOf(trace(8))).toBe(templateOf(trace(7)));
  });
});

describe("signature stage", () => {
  it("finds a row by its published id", () => {
    const signer = stage();
    const row = signer.signLine("user 5 logged in", "shop", INFO);

    expect(signer.find(signer.id(row))).toBe(row);
    expect(signer.id(row)).toMatch(/^1[A-Za-z0-9_-]{11}$/);
    expect(new TextDecoder().decode(signer.idBytes(row))).toBe(signer.id(row));
  });

  it("tells services and severity classes apart", () => {
    const signer = stage();
    const rows = [
      signer.signLine("a 1", "x", 9),
      signer.signLine("a 2", "y", 9),
      signer.signLine("a 3", "x", 17),
      signer.signLine("a 4", "x", 10),
    ];

    expect(rows[3]).toBe(rows[0]);
    expect(new Set(rows).size).toBe(3);
  });

  it("stays at its cap when shapes explode, and tells of every row it takes back", () => {
    const evicted: number[] = [];
    const signer = stage(64, (row) => evicted.push(row));
    const word = (i: number): string =>
      [...String(i)].map((digit) => String.fromCharCode(103 + Number(digit))).join("");
    for (let i = 0; i < 10_000; i++) signer.signLine(`shape ${word(i)}`, "noisy", INFO);

    expect(signer.size).toBe(64);
    expect(evicted.length).toBe(signer.createdTotal - 63);
  });

  it("lets an exploding service push out its own patterns only", () => {
    const signer = stage(64);
    const word = (i: number): string =>
      [...String(i)].map((digit) => String.fromCharCode(103 + Number(digit))).join("");
    const quiet = Array.from({ length: 8 }, (_, i) => signer.signLine(`calm ${word(i)}`, "quiet", INFO));
    const ids = quiet.map((row) => signer.id(row));
    for (let i = 0; i < 5_000; i++) signer.signLine(`noise ${word(i)}`, "noisy", INFO);

    expect(ids.map((id) => signer.find(id))).toEqual(quiet);
  });

  it("knows the patterns of a policy document before their first line", () => {
    const signer = stage();
    signer.seed([{ template: "user <*> | logged in", service: "shop", severityClass: 3 }], []);
    const row = signer.signLine("user 77 | logged in", "shop", INFO);

    expect(signer.known(row)).toBe(true);
    expect(signer.createdTotal).toBe(1);
  });
});
