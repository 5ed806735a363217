/** The policy document's parser in the form that the policy store takes. */
import { parsePolicyDocument } from "../../src/config/policy-document.ts";
import type { PolicyParser } from "../../src/control/policy-store.ts";

export const policyParser: PolicyParser = (text) => {
  const parsed = parsePolicyDocument(text);
  if (parsed.ok) return { ok: true, policy: parsed.document };
  return { ok: false, message: parsed.errors[0] ?? "it is not valid" };
};
