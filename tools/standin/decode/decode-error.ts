/** Thrown by the decoders of this folder and caught in decode-body.ts: a body that is not what it was tried as. */
export class DecodeError extends Error {
  override readonly name: string = "DecodeError";
}
