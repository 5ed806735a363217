/**
 * Reduces a stack trace, in a body or in `exception.stacktrace`, to what identifies the fault: the frames nearest to
 * the error in the application's own code, and the types of causes. Traces are recognised by the look of their lines
 * (Java, JavaScript, .NET, Python, Ruby, Go). Line numbers, addresses and generated suffixes are left out, because a
 * deployment must not change every pattern id.
 * Bounds: the first MAX_LINES lines of the examined bytes, MAX_FRAMES frames and MAX_CAUSES types of LONGEST_NAME
 * bytes.
 */
import { isDigit, isLetter, isSpace } from "./byte-classes.ts";

const NEWLINE = 10;
const TAB = 9;
const OPEN_PAREN = 40;
const SLASH = 47;
const COLON = 58;
const DOLLAR = 36;
const MAX_LINES = 64;
const MAX_FRAMES = 3;
const MAX_CAUSES = 3;
const LONGEST_NAME = 96;
const SHORTEST_HASH = 6;
const CAUSE = "Caused by: ";
const PYTHON_FRAME = 'File "';
const PYTHON_NAME = ", in ";
const GO_FILE = ".go:";
/** Words between "at" and the name of a function in JavaScript. */
const FUNCTION_WORDS: readonly string[] = ["async ", "new "];
/** Prefixes of functions that belong to a runtime or a framework. */
const FOREIGN_NAMES: readonly string[] = [
  ..."java. javax. jdk. sun. com.sun. kotlin. kotlinx. scala. akka. jakarta. org.springframework.".split(" "),
  ..."org.apache.catalina. org.apache.tomcat. org.apache.coyote. org.eclipse.jetty. io.netty. reactor.".split(" "),
  ..."io.undertow. System. Microsoft. runtime. net/http. testing. node:".split(" "),
];
/** Parts of paths that belong to a runtime or a library. */
const FOREIGN_PLACES: readonly string[] = [
  "node_modules/",
  "node:",
  "(internal/",
  "site-packages/",
  "/lib/python",
  "/gems/",
];

/** Whether one of the lines after `newline` looks like a frame. */
export function isStackTrace(bytes: Uint8Array, newline: number, end: number): boolean {
  let start = newline + 1;
  for (let line = 0; line < MAX_LINES && start < end; line++) {
    const lineEnd = endOfLine(bytes, start, end);
    const text = skipBlanks(bytes, start, lineEnd);
    if (startOfName(bytes, text, lineEnd, end) >= 0 || startsWith(bytes, text, lineEnd, CAUSE)) return true;
    start = lineEnd + 1;
  }
  return false;
}

export class StackTrace {
  readonly #out: Uint8Array;
  readonly #start = new Int32Array(MAX_LINES);
  readonly #end = new Int32Array(MAX_LINES);
  readonly #isForeign = new Uint8Array(MAX_LINES);
  #frames = 0;
  readonly #typeStart = new Int32Array(MAX_CAUSES);
  readonly #typeEnd = new Int32Array(MAX_CAUSES);
  #types = 0;
  /** The frame nearest to the error is the last one, as in Python. */
  #isReversed = false;

  /** @param out the buffer of the template, which `write` writes to */
  constructor(out: Uint8Array) {
    this.#out = out;
  }

  /**
   * Writes ` | name` for the frames nearest to the error, for the causes, and for the type on the last line of a Python
   * traceback. Frames of runtimes and libraries count only where there are no others.
   * @param start start of the first line to read
   * @param limit end of the room in the buffer
   * @returns the new end
   */
  write(bytes: Uint8Array, start: number, end: number, at: number, limit: number): number {
    this.#read(bytes, start, end);
    const out = this.#out;
    let o = at;
    let foreign = 1;
    for (let k = 0; k < this.#frames; k++) foreign &= this.#isForeign[k];
    let written = 0;
    let before = -1;
    for (let k = 0; k < this.#frames && written < MAX_FRAMES && o + LONGEST_NAME + 8 < limit; k++) {
      const frame = this.#isReversed ? this.#frames - 1 - k : k;
      if (this.#isForeign[frame] !== foreign) continue;
      const next = writeName(bytes, this.#start[frame], this.#end[frame], out, o);
      // Equal neighbours are a recursion and count once.
      if (before >= 0 && equals(out, before, o, o, next)) continue;
      before = o;
      o = next;
      written++;
    }
    for (let k = 0; k < this.#types && o + LONGEST_NAME + 8 < limit; k++) {
      o = writeName(bytes, this.#typeStart[k], this.#typeEnd[k], out, o);
    }
    return o;
  }

  #read(bytes: Uint8Array, from: number, end: number): void {
    this.#frames = 0;
    this.#types = 0;
    this.#isReversed = false;
    let wasPython = false;
    let start = from;
    for (let line = 0; line < MAX_LINES && start < end; line++) {
      const lineEnd = endOfLine(bytes, start, end);
      const text = skipBlanks(bytes, start, lineEnd);
      const name = startOfName(bytes, text, lineEnd, end);
      if (name >= 0) {
        wasPython = startsWith(bytes, text, lineEnd, PYTHON_FRAME);
        this.#isReversed ||= wasPython;
        this.#frame(bytes, start, name, lineEnd, end);
      } else if (startsWith(bytes, text, lineEnd, CAUSE)) this.#type(bytes, text + CAUSE.length, lineEnd);
      else if (wasPython && text === start && text < lineEnd) {
        this.#type(bytes, text, lineEnd);
        wasPython = false;
      }
      start = lineEnd + 1;
    }
  }

  #frame(bytes: Uint8Array, lineStart: number, name: number, lineEnd: number, end: number): void {
    const k = this.#frames++;
    // Go has the file on the next line, Python before the name.
    const placeEnd = isGoFunction(bytes, lineEnd, end) ? endOfLine(bytes, lineEnd + 1, end) : lineEnd;
    this.#start[k] = name;
    this.#end[k] = endOfName(bytes, name, lineEnd, placeEnd > lineEnd);
    this.#isForeign[k] =
      FOREIGN_NAMES.some((prefix) => startsWith(bytes, name, lineEnd, prefix)) ||
      FOREIGN_PLACES.some((place) => indexOf(bytes, lineStart, placeEnd, place) >= 0)
        ? 1
        : 0;
  }

  #type(bytes: Uint8Array, start: number, end: number): void {
    if (this.#types === MAX_CAUSES) return;
    let i = start;
    while (i < end && bytes[i] !== COLON && !isSpace(bytes[i])) i++;
    this.#typeStart[this.#types] = start;
    this.#typeEnd[this.#types++] = i;
  }
}

/**
 * Start of the function's name in a line `at a.B.c(D.java:5)`, `File "x.py", line 5, in f`, `from x.rb:5:in f`, or one
 * that a Go file follows; -1 for other lines.
 */
function startOfName(bytes: Uint8Array, text: number, lineEnd: number, end: number): number {
  if (startsWith(bytes, text, lineEnd, "at ")) {
    let name = text + 3;
    for (const word of FUNCTION_WORDS) if (startsWith(bytes, name, lineEnd, word)) name += word.length;
    return name;
  }
  if (startsWith(bytes, text, lineEnd, PYTHON_FRAME)) {
    const name = indexOf(bytes, text, lineEnd, PYTHON_NAME);
    return name < 0 ? -1 : name + PYTHON_NAME.length;
  }
  if (startsWith(bytes, text, lineEnd, "from ")) {
    const name = indexOf(bytes, text, lineEnd, ":in ");
    return name < 0 ? -1 : name + 4;
  }
  return text < lineEnd && bytes[text - 1] === NEWLINE && isGoFunction(bytes, lineEnd, end) ? text : -1;
}

/** Whether the next line is the file of a Go frame: a tab and a path. */
function isGoFunction(bytes: Uint8Array, lineEnd: number, end: number): boolean {
  if (lineEnd + 1 >= end || bytes[lineEnd + 1] !== TAB) return false;
  return indexOf(bytes, lineEnd + 2, endOfLine(bytes, lineEnd + 1, end), GO_FILE) >= 0;
}

/** End of a function's name: before its arguments and before a suffix that a compiler added. */
function endOfName(bytes: Uint8Array, start: number, end: number, isGo: boolean): number {
  if (isGo) {
    let last = end;
    while (last > start && bytes[last - 1] !== OPEN_PAREN) last--;
    return last > start + 1 ? last - 1 : end;
  }
  let i = start;
  while (i < end && bytes[i] !== OPEN_PAREN && !(bytes[i] === DOLLAR && bytes[i + 1] === DOLLAR)) i++;
  while (i > start && isSpace(bytes[i - 1])) i--;
  return i;
}

/** Writes ` | name` without digits and hashes; a bare path is reduced to its file. @returns the new end */
function writeName(bytes: Uint8Array, start: number, end: number, out: Uint8Array, at: number): number {
  let from = start;
  if (bytes[start] === SLASH) for (let i = start; i < end; i++) if (bytes[i] === SLASH) from = i + 1;
  let o = at;
  out[o++] = 32;
  out[o++] = 124;
  out[o++] = 32;
  const last = Math.min(end, from + LONGEST_NAME);
  for (let i = from; i < last; i++) {
    const run = endOfHash(bytes, i, last);
    if (run > i) i = run - 1;
    else if (!isDigit(bytes[i])) out[o++] = bytes[i] <= 32 ? 32 : bytes[i];
  }
  while (out[o - 1] === COLON) o--;
  return o;
}

/** End of a hash that starts at `start`, letters among digits as in main.3f2a1b9c.js; `start` if there is none. */
function endOfHash(bytes: Uint8Array, start: number, end: number): number {
  if (isAlphanumeric(bytes[start - 1])) return start;
  let digits = 0;
  let lettersAfter = false;
  let i = start;
  for (; i < end && isAlphanumeric(bytes[i]); i++) {
    if (isDigit(bytes[i])) digits++;
    else lettersAfter ||= digits > 0;
  }
  return digits > 1 && lettersAfter && i - start >= SHORTEST_HASH ? i : start;
}

function isAlphanumeric(byte: number): boolean {
  return isDigit(byte) || isLetter(byte);
}

/** Writes ` | type`. @returns the new end */
export function writeType(bytes: Uint8Array, start: number, end: number, out: Uint8Array, at: number): number {
  return writeName(bytes, start, end, out, at);
}

function equals(bytes: Uint8Array, start: number, end: number, otherStart: number, otherEnd: number): boolean {
  if (end - start !== otherEnd - otherStart) return false;
  for (let i = 0; i < end - start; i++) if (bytes[start + i] !== bytes[otherStart + i]) return false;
  return true;
}

function endOfLine(bytes: Uint8Array, start: number, end: number): number {
  let i = start;
  while (i < end && bytes[i] !== NEWLINE) i++;
  return i;
}

function skipBlanks(bytes: Uint8Array, start: number, end: number): number {
  let i = start;
  while (i < end && isSpace(bytes[i])) i++;
  return i;
}

function startsWith(bytes: Uint8Array, at: number, end: number, prefix: string): boolean {
  if (end - at < prefix.length) return false;
  for (let i = 0; i < prefix.length; i++) if (bytes[at + i] !== prefix.charCodeAt(i)) return false;
  return true;
}

function indexOf(bytes: Uint8Array, start: number, end: number, needle: string): number {
  for (let i = start; i + needle.length <= end; i++) if (startsWith(bytes, i, end, needle)) return i;
  return -1;
}
