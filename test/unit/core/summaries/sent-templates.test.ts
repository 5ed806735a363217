import { describe, expect, it } from "vitest";
import { SentTemplates } from "../../../../src/core/summaries/sent-templates.ts";

const HOUR = 60 * 60_000;

function rowOf(pattern: string): { pattern: string; template: string | undefined } {
  return { pattern, template: `template of ${pattern}` };
}

/** @returns whether the row kept its template */
function claims(templates: SentTemplates, pattern: string, monoMs: number): boolean {
  const row = rowOf(pattern);
  templates.claim(row, monoMs);
  return row.template !== undefined;
}

describe("SentTemplates", () => {
  it("leaves a template on the first row of its pattern only", () => {
    const templates = new SentTemplates();
    expect([claims(templates, "a", 0), claims(templates, "a", 1), claims(templates, "b", 1)]).toEqual([
      true,
      false,
      true,
    ]);
    expect([templates.has("a"), templates.has("c")]).toEqual([true, false]);
  });

  it("does not count a row without a template as one that sent it", () => {
    const templates = new SentTemplates();
    templates.claim({ pattern: "a", template: undefined }, 0);
    expect(templates.has("a")).toBe(false);
  });

  it("forgets each template an hour after it was sent", () => {
    const templates = new SentTemplates();
    claims(templates, "a", 0);
    claims(templates, "b", 1000);
    templates.expire(HOUR - 1);
    expect([templates.has("a"), templates.has("b")]).toEqual([true, true]);
    templates.expire(HOUR);
    expect([templates.has("a"), templates.has("b")]).toEqual([false, true]);
  });

  it("forgets a template that was not sent after all", () => {
    const templates = new SentTemplates();
    claims(templates, "a", 0);
    templates.takeBack("a");
    expect(claims(templates, "a", 1)).toBe(true);
  });

  it("forgets all templates once it remembers ten thousand", () => {
    const templates = new SentTemplates();
    for (let i = 0; i < 9_999; i++) claims(templates, `pattern-${i}`, 0);
    templates.expire(1);
    expect(templates.has("pattern-9998")).toBe(true);
    claims(templates, "pattern-9999", 1);
    templates.expire(1);
    expect([templates.has("pattern-0"), templates.has("pattern-9999")]).toEqual([false, false]);
  });
});
