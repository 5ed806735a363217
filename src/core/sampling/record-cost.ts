/** What a kept record costs beyond its content: a stamp of pattern and weight, and the framing of record and envelope, bytes. */
export const STAMP_BYTES = 74;
