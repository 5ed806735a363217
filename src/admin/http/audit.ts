/**
 * Who changed what, or tried to: one line of our log a change, one a minute for refused credentials.
 * Every field is of a closed vocabulary but `subject`, which an administrator named and the logger bounds and escapes.
 */
import type { Environment } from "../../model/environment.ts";
import type { Logger } from "../../model/ports/logger.ts";
import { RepeatLimiter } from "../../telemetry/repeat-limiter.ts";
import type { Caller } from "./access.ts";
import type { ApiError } from "./api-error.ts";
import type { AuditAction } from "./route.ts";

export class Audit {
  readonly #logger: Logger;
  readonly #environment: Environment;
  readonly #refusals: RepeatLimiter = new RepeatLimiter();

  constructor(logger: Logger, environment: Environment) {
    this.#logger = logger.child({ audit: "admin" });
    this.#environment = environment;
  }

  changed(action: AuditAction, who: Caller, subject: string | undefined): void {
    this.#logger.info(
      { action, who, outcome: "done", ...(subject === undefined ? {} : { subject }) },
      "a change was made",
    );
  }

  /** A change that was let in and then refused or failed. */
  notChanged(action: AuditAction, who: Caller, error: ApiError): void {
    this.#logger.warn({ action, who, outcome: error.code }, "a change was refused");
  }

  /** Wrong or missing credentials, or a foreign Host. */
  turnedAway(action: AuditAction | "read", error: ApiError): void {
    const suppressed = this.#refusals.pass(`${action} ${error.code}`, this.#environment.now().monoMs);
    if (suppressed !== undefined)
      this.#logger.warn({ action, outcome: error.code, suppressed }, "an unauthorized caller was refused");
  }
}
