/** Texts of log statements: plain words in an order that no other statement has, and variable numbers. */
import type { SeededRandom } from "../../../../tools/loadgen/world/seeded-random.ts";

/** Stands for a number that differs from line to line. */
export const NUMBER_PLACE = "000000";

const WORDS: readonly string[] = (
  "account address archive batch billing broker bucket cache cart catalog channel checkout client cluster commit " +
  "config connection consumer coupon cursor customer dashboard deadline delivery device digest discount document " +
  "domain download draft endpoint event export feature feed file filter folder form gateway group handler header " +
  "health history image import index inventory invoice item job journal key label ledger lease limit link listener " +
  "lock login mailbox manifest market member merge message metric migration module network node notice offer order " +
  "owner package page parser partition password payment peer pipeline plan pool price process product profile proxy " +
  "query queue quota receipt record refund region registry replica report request reservation resource response role " +
  "route rule scanner schedule schema scope search segment server session setting shard shipment signal snapshot " +
  "socket source stack state stock storage stream subscription supplier sync table target task template tenant " +
  "thread ticket timer token topic trace transfer tree upload user vault vendor version volume voucher wallet watcher " +
  "webhook window worker zone accepted added applied assigned attached cancelled checked cleared closed collected " +
  "completed computed created deferred deleted dispatched enqueued evicted expired extended fetched finished flushed " +
  "forwarded granted handled joined loaded matched merged moved opened parsed paused planned prepared published " +
  "purged queued read rebuilt received released removed renamed renewed replaced requested reserved reset resolved " +
  "restored resumed retried returned revoked rotated saved scanned scheduled sealed selected sent signed skipped sold " +
  "sorted split started stopped stored submitted swapped tagged tested tracked trimmed unlocked updated validated " +
  "verified waiting woken written"
).split(" ");

export function sentence(random: SeededRandom): string {
  const words = Array.from({ length: random.between(5, 9) }, () => random.pick(WORDS));
  const at = random.between(2, words.length - 1);
  const text = [...words.slice(0, at), NUMBER_PLACE, ...words.slice(at)].join(" ");
  return random.chance(0.5) ? `${text} in ${NUMBER_PLACE} ms` : text;
}

/** Gives sentences that it never gave before. */
export class Sentences {
  readonly #random: SeededRandom;
  readonly #given = new Set<string>();

  constructor(random: SeededRandom) {
    this.#random = random;
  }

  next(): string {
    for (;;) {
      const text = sentence(this.#random);
      if (this.#given.has(text)) continue;
      this.#given.add(text);
      return text;
    }
  }
}
