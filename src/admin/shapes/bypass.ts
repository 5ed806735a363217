/** "Stop dropping now": for one service or all, for a time. */

export interface Bypass {
  /** null: all services. */
  readonly service: string | null;
  /** RFC 3339. */
  readonly until: string;
}

export interface BypassRequest {
  /** Absent: all services. */
  readonly service?: string;
  readonly durationMs: number;
}
