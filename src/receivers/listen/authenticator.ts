/**
 * Who is asking: bearer tokens and basic credentials, checked on both transports before a body is read. Comparison is
 * over SHA-256 digests in constant time, and always against every entry, so that timing tells neither a prefix nor
 * which entry matched. Kept are the digests, not the secrets.
 */
import { createHash, timingSafeEqual } from "node:crypto";
import type { PeerCertificate } from "node:tls";

/** Empty lists: no authentication. A request is let in when any entry of any list matches. */
export interface AuthSettings {
  /** Several at once, so that they can be rotated. */
  readonly bearerTokens: readonly BearerToken[];
  readonly basicUsers: readonly BasicUser[];
}

export interface BearerToken {
  /** What `isTrustedPeer` gets when this token was presented; not a secret. */
  readonly identity: string;
  readonly token: string;
}

export interface BasicUser {
  /** Also the identity. */
  readonly username: string;
  readonly password: string;
}

/** Identity of a request when nothing has to be presented. */
export const ANONYMOUS = "";

interface Entry {
  readonly identity: string;
  readonly digest: Buffer;
  /**
   * What the sampler's numbering tells the sender apart by: the same token, or the same user, is the same on every
   * listener.
   */
  readonly peerKey: string;
}

export class Authenticator {
  /** False: everyone is ANONYMOUS. */
  readonly required: boolean;
  readonly #bearer: readonly Entry[];
  readonly #basic: readonly Entry[];
  readonly #peerKeys: ReadonlyMap<string, string>;

  /** @throws Error when a token or a password is empty: it would let everyone in */
  constructor(settings: AuthSettings) {
    this.#bearer = settings.bearerTokens.map(({ identity, token }) =>
      entryOf(identity, token, token, `bearer ${sha256(token).toString("base64url")}`),
    );
    this.#basic = settings.basicUsers.map(({ username, password }) =>
      entryOf(username, password, `${username}:${password}`, `user ${username}`),
    );
    this.#peerKeys = new Map([...this.#basic, ...this.#bearer].map(({ identity, peerKey }) => [identity, peerKey]));
    this.required = this.#bearer.length + this.#basic.length > 0;
  }

  /**
   * @param authorization the Authorization header, or the metadata entry of that name
   * @returns the identity, or undefined: answer 401 / UNAUTHENTICATED
   */
  identify(authorization: string | undefined): string | undefined {
    if (!this.required) return ANONYMOUS;
    if (authorization === undefined) return undefined;
    const space = authorization.indexOf(" ");
    const scheme = authorization.slice(0, space).toLowerCase();
    const credentials = authorization.slice(space + 1).trim();
    if (scheme === "bearer") return match(this.#bearer, credentials);
    if (scheme === "basic") return match(this.#basic, Buffer.from(credentials, "base64"));
    return undefined;
  }

  /**
   * What tells a sender apart from others: no secret, a digest of it where nothing else is known.
   * @param identity as `identify` returned it, or the name in a client certificate
   * @param listener who asked for nothing are one sender together on each
   */
  peerKeyOf(identity: string, listener: string): string {
    if (identity === ANONYMOUS) return `anybody ${listener}`;
    return this.#peerKeys.get(identity) ?? `certificate ${identity}`;
  }

  /** Value of WWW-Authenticate in a 401. */
  get challenge(): string {
    const schemes = [this.#bearer.length > 0 ? "Bearer" : "", this.#basic.length > 0 ? 'Basic realm="otlp"' : ""];
    return schemes.filter((scheme) => scheme !== "").join(", ");
  }
}

/** What a peer that presented a client certificate is called: its common name, or ANONYMOUS. */
export function commonNameOf(certificate: PeerCertificate | undefined): string {
  const name: string | readonly string[] | undefined = certificate?.subject?.CN;
  return (typeof name === "string" ? name : name?.[0]) ?? ANONYMOUS;
}

function entryOf(identity: string, secret: string, presented: string, peerKey: string): Entry {
  if (secret === "") {
    throw new Error(`the secret of "${identity}" in receivers.otlp auth is empty: set one, or remove the entry`);
  }
  return { identity, digest: sha256(presented), peerKey };
}

function match(entries: readonly Entry[], presented: string | Buffer): string | undefined {
  const digest = sha256(presented);
  let identity: string | undefined;
  for (const entry of entries) {
    if (timingSafeEqual(entry.digest, digest)) identity = entry.identity;
  }
  return identity;
}

function sha256(value: string | Buffer): Buffer {
  return createHash("sha256").update(value).digest();
}
