/**
 * Finds the service of a ResourceLogs: the last string value of `service.name` in its Resource messages, which merge.
 * Its text is decoded only if it differs from that of the reused row.
 */
import { decodeUtf8, encodeUtf8 } from "../wire/utf8.ts";
import { ValueReader } from "../wire/value-reader.ts";
import { FIELD_RESOURCE_ATTRIBUTES } from "../wire/wire-schema.ts";

const SERVICE_NAME = encodeUtf8("service.name");

export class ServiceName {
  #start = 0;
  #end = 0;
  readonly #values = new ValueReader();

  /** Starts a ResourceLogs. */
  begin(): void {
    this.#start = 0;
    this.#end = 0;
  }

  /** Reads the validated Resource whose content is [start, end). */
  read(bytes: Uint8Array, start: number, end: number): void {
    if (!this.#values.findString(bytes, start, end, FIELD_RESOURCE_ATTRIBUTES, SERVICE_NAME)) return;
    this.#start = this.#values.start;
    this.#end = this.#values.end;
  }

  /** Ends a ResourceLogs. @returns its service, "" if it has none; `previous` itself if that is equal */
  finish(bytes: Uint8Array, previous: string): string {
    if (this.#equals(bytes, previous)) return previous;
    return decodeUtf8(bytes, this.#start, this.#end);
  }

  #equals(bytes: Uint8Array, text: string): boolean {
    if (text.length !== this.#end - this.#start) return false;
    for (let index = 0; index < text.length; index++) {
      const byte = bytes[this.#start + index];
      if (byte >= 0x80 || byte !== text.charCodeAt(index)) return false;
    }
    return true;
  }
}
