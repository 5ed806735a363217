/**
 * Who may call what. On loopback reads are open, but only to requests that name a loopback host: a page whose name was
 * rebound to 127.0.0.1 sends its own name (DNS rebinding). Beyond loopback everything but health and metrics needs the
 * token; changes need it wherever one is set.
 */
import { createHash, timingSafeEqual } from "node:crypto";
import { isLoopback } from "../../config/endpoint.ts";
import type { AdminSettings } from "../settings.ts";
import { ApiError } from "./api-error.ts";
import type { Access } from "./route.ts";

/** How a caller was let in; `who` of the audit log. open: insecure_listen without a token. */
export type Caller = "token" | "loopback" | "open";

export interface Credentials {
  /** The header Host, as sent. */
  readonly host?: string | undefined;
  readonly authorization?: string | undefined;
}

const LOOPBACK_HOST = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d{1,5})?$/i;
/** RFC 6750 §2.1; the scheme is case-insensitive. */
const BEARER = /^bearer +([A-Za-z0-9._~+/=-]+) *$/i;

export class AccessControl {
  readonly #onLoopback: boolean;
  /** undefined: no token is set. */
  readonly #tokenDigest: Buffer | undefined;

  constructor(settings: Pick<AdminSettings, "endpoint" | "token">) {
    this.#onLoopback = isLoopback(settings.endpoint);
    this.#tokenDigest = settings.token.isEmpty ? undefined : digestOf(settings.token.reveal());
  }

  /**
   * @returns how the caller was let in
   * @throws ApiError host_not_allowed or unauthenticated
   */
  admit(access: Access, credentials: Credentials): Caller {
    if (this.#onLoopback && !LOOPBACK_HOST.test(credentials.host ?? "")) {
      throw new ApiError(
        "host_not_allowed",
        "The header Host names no loopback address; wanted localhost, 127.0.0.1 or [::1]",
      );
    }
    const hasToken = this.#isToken(credentials.authorization);
    if (hasToken) return "token";
    const needsToken = access !== "open" && (!this.#onLoopback || access === "change");
    if (needsToken && this.#tokenDigest !== undefined) {
      const message = "This request needs the header Authorization: Bearer <admin token>";
      throw new ApiError("unauthenticated", message, { "www-authenticate": "Bearer" });
    }
    return this.#onLoopback ? "loopback" : "open";
  }

  /** Digests have one length, so the comparison tells nothing about the token's, and takes one time. */
  #isToken(authorization: string | undefined): boolean {
    const sent = BEARER.exec(authorization ?? "")?.[1];
    return sent !== undefined && this.#tokenDigest !== undefined && timingSafeEqual(digestOf(sent), this.#tokenDigest);
  }
}

function digestOf(text: string): Buffer {
  return createHash("sha256").update(text, "utf8").digest();
}
