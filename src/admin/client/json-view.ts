/**
 * JSON from another process, read without trusting its form: what is absent or of another kind reads as empty. A newer
 * or older instance then shows less instead of ending the command.
 */
export class JsonView {
  readonly value: unknown;

  constructor(value: unknown) {
    this.value = value;
  }

  at(key: string): JsonView {
    const { value } = this;
    const found =
      typeof value === "object" && value !== null ? Object.entries(value).find(([name]) => name === key) : undefined;
    return new JsonView(found?.[1]);
  }

  /** Items of a list; none for anything else. */
  items(): readonly JsonView[] {
    return Array.isArray(this.value) ? this.value.map((item) => new JsonView(item)) : [];
  }

  /** Members of an object; none for anything else. */
  members(): readonly (readonly [string, JsonView])[] {
    const { value } = this;
    if (typeof value !== "object" || value === null || Array.isArray(value)) return [];
    return Object.entries(value).map(([key, member]) => [key, new JsonView(member)] as const);
  }

  /** Text as it is, numbers and truth values as JSON writes them; "" for the rest. */
  text(): string {
    const { value } = this;
    if (typeof value === "string") return value;
    return typeof value === "number" || typeof value === "boolean" ? String(value) : "";
  }

  /** NaN when it is no number. */
  number(): number {
    return typeof this.value === "number" ? this.value : Number.NaN;
  }

  isTrue(): boolean {
    return this.value === true;
  }

  /** For people: at most three digits after the point, "-" when it is no number. */
  rounded(): string {
    const number = this.number();
    return Number.isNaN(number) ? "-" : String(Math.round(number * 1_000) / 1_000);
  }
}
