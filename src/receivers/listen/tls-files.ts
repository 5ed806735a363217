/**
 * Certificate, key and client CA from files, and their rotation: the files are read every `reloadIntervalMs`, which
 * also sees a Kubernetes volume swap its symlinks. New content is tried whole before it is used; a bad one is reported
 * once and the old one keeps serving.
 */
import { readFile } from "node:fs/promises";
import type { SecureContextOptions, SecureVersion } from "node:tls";
import { createSecureContext } from "node:tls";
import type { Logger } from "../../model/ports/logger.ts";

export interface TlsSettings {
  /** PEM, the chain included. */
  readonly certFile: string;
  readonly keyFile: string;
  /** When set, clients must present a certificate that it signed. */
  readonly clientCaFile?: string;
  readonly minVersion: SecureVersion;
  readonly reloadIntervalMs: number;
}

export const TLS_DEFAULTS: Pick<TlsSettings, "minVersion" | "reloadIntervalMs"> = {
  minVersion: "TLSv1.2",
  reloadIntervalMs: 10_000,
};

/** Takes a new certificate: tls.Server and https.Server do. */
export interface SecureContextTarget {
  setSecureContext(options: SecureContextOptions): void;
}

export class TlsFiles {
  readonly #settings: TlsSettings;
  readonly #logger: Logger;
  #current: SecureContextOptions | undefined;
  #timer: NodeJS.Timeout | undefined;
  #lastFailure = "";

  constructor(settings: TlsSettings, logger: Logger) {
    this.#settings = settings;
    this.#logger = logger;
  }

  /**
   * Reads and tries the files.
   * @throws Error with one sentence when they are missing or do not belong together
   */
  async load(): Promise<SecureContextOptions> {
    this.#current = await this.#read();
    return this.#current;
  }

  /** Looks for changes until `stop`. */
  watch(target: SecureContextTarget): void {
    this.#timer = setInterval(() => void this.reload(target), this.#settings.reloadIntervalMs);
    this.#timer.unref();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  /** One look now. Resolves to what happened; never rejects. */
  async reload(target: SecureContextTarget): Promise<"unchanged" | "reloaded" | "kept_old"> {
    try {
      const next = await this.#read();
      this.#lastFailure = "";
      if (isSame(this.#current, next)) return "unchanged";
      target.setSecureContext(next);
      this.#current = next;
      this.#logger.info({ certFile: this.#settings.certFile }, "TLS certificate reloaded");
      return "reloaded";
    } catch (error) {
      const failure = messageOf(error);
      if (failure !== this.#lastFailure) {
        this.#logger.warn({ reason: failure }, "TLS certificate not reloaded, the previous one keeps serving");
      }
      this.#lastFailure = failure;
      return "kept_old";
    }
  }

  async #read(): Promise<SecureContextOptions> {
    const { certFile, keyFile, clientCaFile, minVersion } = this.#settings;
    const [cert, key, ca] = await Promise.all([
      readPem(certFile),
      readPem(keyFile),
      clientCaFile === undefined ? undefined : readPem(clientCaFile),
    ]);
    const options: SecureContextOptions = { cert, key, minVersion, ...(ca === undefined ? {} : { ca }) };
    try {
      createSecureContext(options);
    } catch (error) {
      throw new Error(
        `cannot use the certificate of ${certFile} with the key of ${keyFile}: ${messageOf(error)}; ` +
          "both must be PEM and belong together",
      );
    }
    return options;
  }
}

async function readPem(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    throw new Error(`cannot read the TLS file ${path}: ${messageOf(error)}`);
  }
}

function isSame(left: SecureContextOptions | undefined, right: SecureContextOptions): boolean {
  return left !== undefined && left.cert === right.cert && left.key === right.key && left.ca === right.ca;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
