/** The pattern table as the sampler sees it: read access to the properties of each row. */
import type { PatternDirectory } from "../patterns/pattern-directory.ts";
import type { SignatureStage } from "../signature/signature-stage.ts";
import { SCOPE_CLASS_BITS } from "../signature/table/pattern-table.ts";

const SCOPE_CLASS_MASK = (1 << SCOPE_CLASS_BITS) - 1;

export function directoryOf(signature: SignatureStage): PatternDirectory {
  return {
    id: (row) => signature.id(row),
    service: (row) => signature.service(row),
    severityClass: (row) => signature.table.scope(row) & SCOPE_CLASS_MASK,
    template: (row) => signature.template(row),
    known: (row) => signature.known(row),
    isSeeded: (row) => signature.isSeeded(row),
    hash: (row) => signature.table.hash(row),
  };
}
