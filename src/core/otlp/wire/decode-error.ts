/**
 * The only error the OTLP code throws: the request's framing above the LogRecord is damaged, or exceeds a bound,
 * so that nothing of it can be taken. Damage inside one LogRecord is counted in the batch and never thrown.
 */
export class DecodeError extends Error {
  override readonly name = "DecodeError";
  /** Byte position in the request at which reading stopped. */
  readonly offset: number;

  /**
   * @param message one sentence without sender-controlled text
   * @param offset byte position in the request
   */
  constructor(message: string, offset: number) {
    super(message);
    this.offset = offset;
  }
}
