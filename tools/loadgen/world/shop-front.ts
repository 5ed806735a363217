/**
 * The shop's services that face its visitors. Lines are of the kinds that real services write: access lines, key=value,
 * JSON, retries, slow queries, stack traces; about one in a thousand is an ordinary ERROR.
 */
import type { ServiceProfile } from "./service-profile.ts";
import { line } from "./service-profile.ts";

export const FRONT_SERVICES: readonly ServiceProfile[] = [
  {
    name: "gateway",
    version: "5.2.1",
    language: "go",
    pods: 3,
    requestLines: [
      line("INFO", 60, '{ip} - - "{method} {path} HTTP/1.1" 200 {bytes} rt={seconds} req={hex}'),
      line("INFO", 6, '{ip} - - "{method} {path} HTTP/1.1" 304 0 rt={seconds} req={hex}'),
      line("INFO", 2, '{ip} - - "{method} {path} HTTP/1.1" 404 {bytes} rt={seconds} req={hex}'),
      line("DEBUG", 12, "route {path} matched upstream {host}:{port}"),
      line("WARN", 0.2, "upstream {host} answered after {seconds}s, above the slow threshold"),
      line("ERROR", 0.05, "upstream {host} reset the stream while reading response headers, request {hex}"),
    ],
    ambientLines: [
      line("INFO", 8, "health check of {host} passed in {ms}ms"),
      line("INFO", 2, "reloaded {n} routes, revision {hex}"),
      line("DEBUG", 6, "idle connections closed: {n} of {count}"),
    ],
  },
  {
    name: "auth",
    version: "2.9.0",
    language: "java",
    pods: 2,
    requestLines: [
      line("INFO", 20, "session {session} validated for user {user} in {ms} ms"),
      line("INFO", 4, "user {user} signed in from {ip}"),
      line("DEBUG", 12, "token cache lookup for {session}: age {seconds}s"),
      line("WARN", 0.5, "password attempt {n} failed for user {user} from {ip}"),
      line(
        "ERROR",
        0.03,
        "TokenStoreException: no answer from shard {n} within {ms} ms\n\tat shop.auth.TokenStore.read(TokenStore.java:118)\n\tat shop.auth.Sessions.validate(Sessions.java:64)",
      ),
    ],
    ambientLines: [
      line("INFO", 5, "expired {count} sessions in {ms} ms"),
      line("INFO", 1, "rotated signing key {uuid}"),
    ],
  },
  {
    name: "catalog",
    version: "7.0.4",
    language: "java",
    pods: 2,
    requestLines: [
      line("INFO", 20, "product {sku} read, {n} variants, {ms} ms"),
      line("DEBUG", 16, "SELECT product_variant WHERE sku={sku} took {ms} ms, {n} rows"),
      line("INFO", 5, "category page {path} rendered with {n} products in {ms} ms"),
      line("WARN", 0.3, "slow query {hex}: {seconds} s, {count} rows examined"),
    ],
    ambientLines: [
      line("INFO", 5, "refreshed {count} prices from pricing in {ms} ms"),
      line("DEBUG", 6, "GC pause young {ms} ms, heap {pct}% after"),
    ],
  },
  {
    name: "search",
    version: "3.14.0",
    language: "rust",
    pods: 2,
    requestLines: [
      line("INFO", 18, 'level=info msg="query served" q="{word}" hits={count} took_ms={ms} region={region}'),
      line("DEBUG", 14, 'level=debug msg="shard scanned" shard={n} docs={count} took_ms={ms}'),
      line("WARN", 0.3, 'level=warn msg="query truncated" q="{word}" limit={count}'),
    ],
    ambientLines: [
      line("INFO", 4, 'level=info msg="segment merged" segment={hex} docs={count} took_s={seconds}'),
      line("DEBUG", 5, 'level=debug msg="index lag" seconds={seconds}'),
    ],
  },
  {
    name: "cart",
    version: "1.31.2",
    language: "nodejs",
    pods: 2,
    requestLines: [
      line("INFO", 18, '{"level":"info","msg":"item added","cart":"{uuid}","sku":"{sku}","quantity":{n}}'),
      line("INFO", 6, '{"level":"info","msg":"cart loaded","cart":"{uuid}","items":{n},"took_ms":{ms}}'),
      line("DEBUG", 8, '{"level":"debug","msg":"redis hit","key":"cart:{uuid}","bytes":{bytes}}'),
      line(
        "WARN",
        0.3,
        '{"level":"warn","msg":"price changed since added","sku":"{sku}","was":{amount},"is":{amount}}',
      ),
    ],
    ambientLines: [line("INFO", 3, '{"level":"info","msg":"abandoned carts swept","count":{count},"took_ms":{ms}}')],
  },
  {
    name: "recommendations",
    version: "0.18.3",
    language: "python",
    pods: 2,
    requestLines: [
      line("INFO", 10, "ranked {count} candidates for user {user} in {seconds}s (model {version})"),
      line("DEBUG", 12, "feature vector for user {user}: {n} sparse, {n} dense"),
    ],
    ambientLines: [
      line("INFO", 2, "model {version} loaded from {host}, {bytes} bytes"),
      line("WARN", 0.2, "feature store stale by {seconds}s"),
    ],
  },
];
