/**
 * A part with a life of its own. `compose` returns components in start order (downstream first);
 * shutdown walks that order backwards.
 */
export interface Component {
  /** Unique in the process; appears in logs and in /healthz. */
  readonly id: string;
  /** Resolves when the component can do its work. Called once. Throws an Error with one sentence that says what to do. */
  start(): Promise<void>;
  /**
   * Drains what was accepted, then releases everything held. Safe before `start` and when called twice.
   * When `signal` aborts, what cannot be finished is counted as abandoned and left.
   */
  shutdown(signal: AbortSignal): Promise<void>;
  /** State for /healthz; absent when the component has none worth telling. */
  health?(): ComponentHealth;
}

export interface ComponentHealth {
  readonly state: "ok" | "degraded" | "failing";
  /** One sentence for a person; never carries a body, a key or sender-controlled text. */
  readonly message?: string;
}
