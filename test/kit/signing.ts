/** Signature stages of tests: small tables with a fixed key, and single lines signed as batches of their own. */
import type { SignatureSettings } from "../../src/core/signature/signature-stage.ts";
import { SignatureStage } from "../../src/core/signature/signature-stage.ts";
import type { PatternListener } from "../../src/core/signature/table/pattern-table.ts";
import { templateText } from "../../src/core/signature/table/template-text.ts";
import { SEVERITY_INFO } from "../../src/model/severity.ts";

const SETTINGS: SignatureSettings = {
  maxPatterns: 1000,
  maxBytes: 2048,
  maxServices: 10,
  hashKey: new Uint8Array(16),
};

export function newStage(settings: Partial<SignatureSettings> = {}, listener?: PatternListener): SignatureStage {
  return new SignatureStage({ ...SETTINGS, ...settings }, listener);
}

/** @returns the row of the line's pattern */
export function signLine(stage: SignatureStage, line: string, service = "", severity: number = SEVERITY_INFO): number {
  const bytes = new TextEncoder().encode(line);
  return stage.signBytes(bytes, 0, bytes.length, service, severity);
}

/** The text that the row's id is made of: its template with `<*>` for every slot. */
export function plainTemplate(stage: SignatureStage, row: number): string {
  return templateText(stage.patterns.templateBytes(row));
}
