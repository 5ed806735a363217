/**
 * Drain (He et al., ICWS 2017) as a yardstick: fixed-depth tree by token count and first token, leaves searched by the
 * share of equal tokens. Written for speed in plain JavaScript, with one configuration for all systems; ids are those
 * given out on arrival. Clusters are not bounded, as in the paper.
 */
const SIMILARITY = 0.4;
const MAX_CHILDREN = 100;
const WILDCARD = "<*>";
const DIGIT = /\d/;

interface Cluster {
  readonly id: number;
  readonly tokens: string[];
}

/** Masks of the kind that Drain3's example configuration has. */
const MASKS: readonly RegExp[] = [
  /(?<=[^A-Za-z0-9]|^)(?:[0-9a-f]{2,}:){3,}[0-9a-f]{2,}(?=[^A-Za-z0-9]|$)/g,
  /(?<=[^A-Za-z0-9]|^)\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}(?=[^A-Za-z0-9]|$)/g,
  /(?<=[^A-Za-z0-9]|^)(?:0x[a-f0-9A-F]+)(?=[^A-Za-z0-9]|$)/g,
  /(?<=[^A-Za-z0-9]|^)[-+]?\d+(?=[^A-Za-z0-9]|$)/g,
];

export class Drain {
  readonly #leaves = new Map<number, Map<string, Cluster[]>>();
  readonly #masked: boolean;
  #clusters = 0;

  constructor(masked: boolean) {
    this.#masked = masked;
  }

  /** @returns number of the line's cluster */
  add(line: string): number {
    let text = line.trim();
    if (this.#masked) for (const mask of MASKS) text = text.replace(mask, WILDCARD);
    const tokens = text.split(/\s+/);
    const leaf = this.#leaf(tokens);
    let best: Cluster | undefined;
    let bestEqual = -1;
    for (const cluster of leaf) {
      let equal = 0;
      for (let i = 0; i < tokens.length; i++) if (cluster.tokens[i] === tokens[i]) equal++;
      if (equal > bestEqual) {
        best = cluster;
        bestEqual = equal;
      }
    }
    if (best === undefined || bestEqual / tokens.length < SIMILARITY) {
      leaf.push({ id: this.#clusters, tokens });
      return this.#clusters++;
    }
    for (let i = 0; i < tokens.length; i++) if (best.tokens[i] !== tokens[i]) best.tokens[i] = WILDCARD;
    return best.id;
  }

  #leaf(tokens: readonly string[]): Cluster[] {
    let byFirst = this.#leaves.get(tokens.length);
    if (byFirst === undefined) {
      byFirst = new Map();
      this.#leaves.set(tokens.length, byFirst);
    }
    const first = tokens[0] ?? "";
    const known = byFirst.get(first);
    if (known !== undefined && !DIGIT.test(first)) return known;
    const key = DIGIT.test(first) || byFirst.size >= MAX_CHILDREN - 1 ? WILDCARD : first;
    let leaf = byFirst.get(key);
    if (leaf === undefined) {
      leaf = [];
      byFirst.set(key, leaf);
    }
    return leaf;
  }
}
