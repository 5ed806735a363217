/**
 * The shape that PostHog's log capture accepts for a project API key (its validate_token: at most 64 characters, ASCII,
 * no NUL, no personal key), plus what it accepts and then loses downstream: a key with white space in it. A well-formed
 * key of no project is answered with 200 and dropped later, so the shape is all that can be checked here.
 */
const MAX_TOKEN_LENGTH = 64;

export type PosthogTokenCheck =
  | { readonly ok: true; readonly warning?: string }
  | { readonly ok: false; readonly message: string };

/**
 * @param token as it will be sent, already trimmed
 * @returns sentences that never contain the token
 */
export function checkPosthogToken(token: string): PosthogTokenCheck {
  if (token === "") return { ok: false, message: "is empty; wanted a project API key (phc_…)" };
  if (token.startsWith("phx_")) {
    return {
      ok: false,
      message: "is a personal API key (phx_…), which cannot send; wanted the project API key (phc_…)",
    };
  }
  if (token.length > MAX_TOKEN_LENGTH) {
    return { ok: false, message: `has ${token.length} characters; wanted at most ${MAX_TOKEN_LENGTH}` };
  }
  if (/\s/.test(token)) return { ok: false, message: "contains white space; wanted the project API key alone" };
  if (!/^[\x21-\x7e]+$/.test(token)) {
    return { ok: false, message: "contains characters that are not printable ASCII; wanted a project API key (phc_…)" };
  }
  if (!token.startsWith("phc_")) {
    return {
      ok: true,
      warning: "does not start with phc_: PostHog answers 200 to an unknown key and drops what it sent",
    };
  }
  return { ok: true };
}
