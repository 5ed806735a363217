/**
 * The only error that the OTLP code throws: the framing of a request above the LogRecord is damaged or exceeds a bound,
 * so the request is rejected as a whole. Damage inside a LogRecord is counted in the batch instead.
 */
export class DecodeError extends Error {
  override readonly name = "DecodeError";
  /** Byte position in the request at which reading stopped. */
  readonly offset: number;

  /**
   * @param message one sentence without text of the sender
   * @param offset byte position in the request
   */
  constructor(message: string, offset: number) {
    super(message);
    this.offset = offset;
  }
}
