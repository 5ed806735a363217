/**
 * Which project a request names, and whether the edge lets it in: header before query even when the header is bad,
 * shape checks only on a trimmed copy, messages word for word, because senders show them to their users.
 */
import type { LiveSwitches } from "../settings.ts";

export const REJECTION_REASONS = [
  "missing_token",
  "dropped_token",
  "invalid_token",
  "unknown_token",
  "over_quota",
] as const;
export type RejectionReason = (typeof REJECTION_REASONS)[number];

export type Authorization =
  | { readonly ok: true; readonly token: string }
  | {
      readonly ok: false;
      readonly reason: RejectionReason;
      readonly status: 401 | 429;
      readonly message: string;
      readonly retryAfterSeconds?: number;
    };

/** Poll interval that the quota variant asks of senders, not the time at which a quota resets. */
const QUOTA_RETRY_AFTER_SECONDS = 900;
const MAX_TOKEN_BYTES = 64;

/**
 * @param header the first Authorization header, undefined when absent
 * @param queryToken ?token=, undefined when absent
 */
export function authorize(
  header: string | undefined,
  queryToken: string | undefined,
  switches: LiveSwitches,
): Authorization {
  const token = header === undefined ? (queryToken ?? "") : tokenInHeader(header);
  if (token === "") return refuse("missing_token", "No token provided");
  if (switches.droppedTokens.includes(token)) return refuse("dropped_token", "Invalid token");
  const flaw = shapeFlaw(token.trim());
  if (flaw !== undefined) {
    return refuse(
      "invalid_token",
      `Invalid project API key (${flaw}). Use your project API key, which you can find in your PostHog project settings.`,
    );
  }
  // The contract names only this variant's status; its wording is taken from the drop list's.
  if (switches.unknownTokens === "reject" && !switches.projectTokens.includes(token)) {
    return refuse("unknown_token", "Invalid token");
  }
  if (switches.quota === "429" && switches.overQuotaTokens.includes(token)) {
    return {
      ok: false,
      reason: "over_quota",
      status: 429,
      message:
        "Over the logs ingestion quota for this project. Raise your limit in billing settings, or wait for the quota to reset.",
      retryAfterSeconds: QUOTA_RETRY_AFTER_SECONDS,
    };
  }
  // Untrimmed: a trailing newline passes the edge and finds no team behind it.
  return { ok: true, token };
}

/** A value with anything but visible ASCII reads as empty; without the scheme the whole value is the token. */
function tokenInHeader(value: string): string {
  if (/[^\t\x20-\x7e]/.test(value)) return "";
  return value.split("Bearer ").at(-1) ?? "";
}

function shapeFlaw(token: string): string | undefined {
  if (token === "") return "empty";
  if (Buffer.byteLength(token) > MAX_TOKEN_BYTES) return "too_long";
  if (/[^\0-\x7f]/.test(token)) return "not_ascii";
  if (token.startsWith("phx_")) return "personal_api_key";
  if (token.includes("\0")) return "null_byte";
  return undefined;
}

function refuse(reason: RejectionReason, message: string): Authorization {
  return { ok: false, reason, status: 401, message };
}
