import { describe, expect, it } from "vitest";
import { Scanner } from "../../../../../src/core/signature/mask/scanner.ts";
import { newStage, plainTemplate, signLine } from "../../../../kit/signing.ts";

function templateOf(line: string): string {
  const stage = newStage();
  return plainTemplate(stage, signLine(stage, line));
}

describe("Scanner", () => {
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
  ])("masks the values of: %s", (line, template) => {
    expect(templateOf(line)).toBe(template);
  });

  it("never cuts a character of several bytes", () => {
    expect(templateOf("größe überschritten: 50 天气")).toBe("größe überschritten: <*> 天气");
  });
});

const EXAMINED = 64 * 1024;

/** Reads of single bytes during a scan: time would measure the machine. Words of four bytes are read once each. */
function readsOf(line: string, maxBytes: number): number {
  const bytes = new TextEncoder().encode(line);
  let reads = 0;
  const counting = new Proxy(bytes, {
    get(target, key) {
      if (typeof key === "string" && key >= "0" && key <= "9~") reads++;
      const value: unknown = Reflect.get(target, key, target);
      return value;
    },
  });
  new Scanner(maxBytes, 0, maxBytes).scan(counting, 0, bytes.length);
  return reads;
}

describe("Scanner cost, counted in reads of bytes", () => {
  it.each([
    "word ",
    "5 ",
    "a.b/c ",
    "(",
    "[x, ",
    '"',
    "k=v ",
    "k=(",
    '{"a":',
    "'",
    "`",
    'a="b',
    "<",
    "::a",
    "\\",
    "天5",
    "f1(",
  ])("at most doubles when a line of %s doubles", (unit) => {
    const half = readsOf(unit.repeat(EXAMINED / 4 / unit.length), EXAMINED);
    const whole = readsOf(unit.repeat(EXAMINED / 2 / unit.length), EXAMINED);

    expect(whole).toBeLessThanOrEqual(2.3 * half + 64);
  });

  it.each(["x", "1", "(", '"', "a.", "/"])(
    "does not grow with the part of a line of %s that is not examined",
    (unit) => {
      expect(readsOf(unit.repeat(1 << 20), 2048)).toBeLessThan(2048 * 16);
    },
  );
});
