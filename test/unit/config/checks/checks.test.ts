import { describe, expect, it } from "vitest";
import { errorsOf, warningsOf } from "../../../kit/config-host.ts";

const GRPC = "receivers: { otlp: { protocols: { grpc: ";

/** Every kind of refusal: what is written, and the whole line that is printed for it. */
const REFUSALS: readonly (readonly [string, string])[] = [
  ["sampling: { max_patterns: many }", "1:27: sampling.max_patterns is many; wanted a whole number from 10 to 1000000"],
  ["sampling: { max_patterns: 1.5 }", "1:27: sampling.max_patterns is 1.5; wanted a whole number from 10 to 1000000"],
  [
    "sampling: { max_patterns: [1] }",
    "1:27: sampling.max_patterns is a list; wanted a whole number from 10 to 1000000",
  ],
  [
    "sampling: { budget: { keep_ratio: 0 } }",
    "1:35: sampling.budget.keep_ratio is 0; wanted a number above 0, at most 1",
  ],
  [
    "sampling: { budget: { keep_ratio: 1.5 } }",
    "1:35: sampling.budget.keep_ratio is 1.5; wanted a number above 0, at most 1",
  ],
  [
    "sampling: { budget: { keep_ratio: NaN } }",
    "1:35: sampling.budget.keep_ratio is NaN; wanted a number above 0, at most 1",
  ],
  [
    "queue: { max_bytes: 5 parsecs }",
    '1:21: queue.max_bytes is "5 parsecs"; wanted a size from 64KiB to 16TiB, such as 64MiB or 900KB',
  ],
  [
    "queue: { max_bytes: 1KiB }",
    "1:21: queue.max_bytes is 1KiB; wanted a size from 64KiB to 16TiB, such as 64MiB or 900KB",
  ],
  [
    "recluster: { interval: 5s }",
    "1:24: recluster.interval is 5s; wanted a duration from 10s to 24h, such as 30s, 1m or 24h",
  ],
  ["recluster: { enabled: maybe }", "1:23: recluster.enabled is maybe; wanted auto, true or false"],
  [
    "limits: { memory: lots }",
    "1:19: limits.memory is lots; wanted auto, or a size from 64MiB to 1TiB, such as 512MiB",
  ],
  ["admin: { insecure_listen: yes }", "1:27: admin.insecure_listen is yes; wanted true or false (did you mean true?)"],
  [
    "sampling: { stamp: minimum }",
    "1:20: sampling.stamp is minimum; wanted minimal, full or none (did you mean minimal?)",
  ],
  ["sampling: { mode: dry_run }", "1:19: sampling.mode is dry_run; wanted enforce or observe (did you mean observe?)"],
  [
    "service: { telemetry: { logs: { level: warning } } }",
    "1:40: service.telemetry.logs.level is warning; wanted debug, info, warn or error (did you mean warn?)",
  ],
  [
    "admin: { endpoint: nowhere }",
    "1:20: admin.endpoint is nowhere; wanted host:port, such as 127.0.0.1:4317, [::1]:4317, or :4317 for every interface",
  ],
  [
    "exporters: { posthog: { host: us.i.posthog.com } }",
    "1:31: exporters.posthog.host is us.i.posthog.com; wanted an address such as https://host or http://host:port",
  ],
  [
    "exporters: { posthog: { host: 'https://u:p@h' } }",
    "1:31: exporters.posthog.host holds a user or password, which would be shown; wanted an address such as https://host or http://host:port",
  ],
  [
    "exporters: { posthog: { host: 'https://h/?k=v' } }",
    "1:31: exporters.posthog.host holds a query or fragment; wanted an address such as https://host or http://host:port",
  ],
  [
    "exporters: { posthog: { api_key: phx_mine } }",
    "1:34: exporters.posthog.api_key is a personal API key (phx_…), which cannot send; wanted the project API key (phc_…)",
  ],
  [
    "exporters: { posthog: { api_key: [a] } }",
    "1:34: exporters.posthog.api_key is a list; wanted text of 0 to 8192 characters without line breaks",
  ],
  [
    "exporters: { posthog: { compression: zstd } }",
    "1:38: exporters.posthog.compression is zstd; wanted gzip or none (did you mean gzip?)",
  ],
  ["exporters: { file: {} }", "1:20: exporters.file.path is not set; wanted text of 1 to 4096 characters"],
  [
    "exporters: { otlphttp: {} }",
    "1:24: exporters.otlphttp.endpoint is not set; wanted an address such as https://host or http://host:port",
  ],
  ["exporters: { posthog: hello }", "1:23: exporters.posthog is text; wanted a map of settings"],
  [
    "exporters: { kafka: {} }",
    '1:14: "kafka" is not a setting of exporters; wanted one of posthog, otlphttp, file, debug',
  ],
  ["exporters: { debug: { x: 1 } }", '1:23: "x" is not a setting of exporters.debug'],
  ["sampling: [1]", "1:11: sampling is a list; wanted a map of settings"],
  ["sampling: { rules: { a: 1 } }", "1:20: sampling.rules is a map; wanted a list"],
  ["sampling: { services: [a] }", "1:23: sampling.services is a list; wanted a map of settings"],
  [
    "recievers: {}",
    '1:1: "recievers" is not a setting of the configuration; wanted one of receivers, signature, sampling, policy, exporters, queue, history, fleet, recluster, admin, limits, service (did you mean "receivers"?)',
  ],
  [
    "keep_ratio: 0.2",
    '1:1: "keep_ratio" is not a setting of the configuration; wanted one of receivers, signature, sampling, policy, exporters, queue, history, fleet, recluster, admin, limits, service (did you mean sampling.budget.keep_ratio?)',
  ],
  [
    "sampling: { budget: { keepRatio: 0.2 } }",
    '1:23: "keepRatio" is not a setting of sampling.budget; wanted one of keep_ratio, bytes_per_second, gb_per_day, price_per_gb, scope (did you mean "keep_ratio"?)',
  ],
  [
    "sampling: { services: { a.b: { mod: 1 } } }",
    '1:32: "mod" is not a setting of sampling.services["a.b"]; wanted one of mode, budget (did you mean "mode"?)',
  ],
  [
    "sampling: { mode: enforce }",
    "1:19: sampling.mode is enforce, but there is no budget to enforce; wanted sampling.budget.keep_ratio (1 keeps all but what rules drop), bytes_per_second or gb_per_day",
  ],
  [
    "sampling: { services: { a: { mode: enforce } } }",
    "1:36: sampling.services.a.mode is enforce, but there is no budget to enforce; wanted a budget of the service or sampling.budget",
  ],
  [
    "sampling: { budget: { scope: fleet } }",
    "1:30: sampling.budget.scope is fleet, but neither fleet.expected_instances nor fleet.redis_url is set; wanted one of them, or scope: instance",
  ],
  [
    "policy: { source: redis }",
    "1:19: policy.source is redis, but fleet.redis_url is not set; wanted both, or source: file",
  ],
  [
    "policy: { source: https://h/p.json }",
    '1:19: policy.source is "https://h/p.json"; wanted file, redis, or url: followed by an address such as url:https://host/policy.json (did you mean url:https://h/p.json?)',
  ],
  [
    "fleet: { redis_url: cache }",
    "1:21: fleet.redis_url has a value that does not fit; wanted an address such as redis://host:port",
  ],
  [
    "queue: { durability: fsync }",
    "1:22: queue.durability is fsync, but queue.directory is not set; wanted a directory, or durability: memory",
  ],
  [
    "queue: { durability: disk }",
    "1:22: queue.durability is disk; wanted memory, process or fsync (did you mean process?)",
  ],
  ["queue: { on_full: drop }", "1:19: queue.on_full is drop; wanted refuse"],
  [
    "history: { off: true, embedded: { directory: /h } }",
    "1:10: history has embedded and off; wanted one of clickhouse.url, embedded and off",
  ],
  [
    "recluster: { llm: { base_url: https://h } }",
    "1:19: recluster.llm.model is not set, but base_url is; wanted both, or neither",
  ],
  [
    `${GRPC}{ endpoint: 0.0.0.0:4317 } } } }`,
    "1:53: receivers.otlp.protocols.grpc.endpoint is 0.0.0.0:4317, which others can reach, without authentication; wanted a loopback address, receivers.otlp.protocols.grpc.auth, or insecure_listen: true",
  ],
  [
    "admin: { endpoint: :8888 }",
    "1:20: admin.endpoint is :8888, which others can reach, without authentication; wanted a loopback address, admin.token (LIPSERVICE_ADMIN_TOKEN), or insecure_listen: true",
  ],
  [
    `${GRPC}{ endpoint: 127.0.0.1:8888 } } } }`,
    "1:53: receivers.otlp.protocols.grpc.endpoint has port 8888, as admin.endpoint has; wanted different ports",
  ],
  [
    `${GRPC}{ tls: { cert_file: /c } } } } }`,
    "1:48: receivers.otlp.protocols.grpc.tls.key_file is not set; wanted both cert_file and key_file, or neither",
  ],
  [
    `${GRPC}{ tls: { client_ca_file: /c } } } } }`,
    "1:66: receivers.otlp.protocols.grpc.tls.client_ca_file is set without cert_file; wanted TLS, or no client_ca_file",
  ],
  [
    `${GRPC}{ auth: { bearer_tokens: [''] } } } } }`,
    "1:67: receivers.otlp.protocols.grpc.auth.bearer_tokens[0] has a value that does not fit; wanted text of 1 to 8192 characters without line breaks",
  ],
  ["receivers: { otlp: { protocols: {} } }", "1:33: receivers.otlp.protocols is empty; wanted grpc, http or both"],
  [
    "receivers: { otlp: { trust_weights: [gateway] } }",
    "1:38: receivers.otlp.trust_weights[0] is gateway; wanted an IP address, a network such as 10.0.0.0/8, or identity:NAME",
  ],
];

describe("validation", () => {
  it.each(REFUSALS)("refuses %s", async (yaml, line) => {
    expect(await errorsOf(yaml)).toEqual([line]);
  });

  it("lists every error at once, in the order of the file", async () => {
    const yaml = `recievers: {}
sampling:
  mode: enforced
  max_patterns: 5
  rules: [{ id: x, kind: cap, match: { service: a } }, { id: x, kind: pin, match: { service: a } }]
admin: { endpoint: 0.0.0.0:4317 }
queue: { durability: fsync }
`;
    const errors = await errorsOf(yaml, { env: {} });

    expect(errors.map((error) => error.replace(/^(\d+:\d+).*/, "$1"))).toEqual([
      "1:1",
      "1:1",
      "3:9",
      "4:17",
      "5:11",
      "5:62",
      "6:20",
      "6:20",
      "7:22",
    ]);
  });

  it.each([
    `${GRPC}{ endpoint: 0.0.0.0:4317, insecure_listen: true } } } }`,
    `${GRPC}{ endpoint: '[::]:4317', auth: { bearer_tokens: [t] }, tls: { cert_file: /c, key_file: /k } } } } }`,
    `${GRPC}{ endpoint: :4317, tls: { cert_file: /c, key_file: /k, client_ca_file: /a } } } } }`,
    `${GRPC}{ endpoint: :4317, auth: { basic_users: [{ username: u, password: p }] }, tls: { cert_file: /c, key_file: /k } } } } }`,
    "admin: { endpoint: :8888, token: t }",
    "admin: { endpoint: :8888, insecure_listen: true }",
    "admin: { endpoint: '[::1]:8888' }",
    "sampling: { mode: enforce, budget: { gb_per_day: 5 } }",
    "sampling: { services: { a: { mode: enforce, budget: { keep_ratio: 0.1 } } } }",
    "receivers: { otlp: { protocols: { http: { endpoint: 127.0.0.1:4317 } } } }",
  ])("takes %s", async (yaml) => {
    expect(await errorsOf(yaml)).toEqual([]);
    expect(await warningsOf(yaml)).toEqual([]);
  });
});

describe("warnings", () => {
  it.each([
    [
      `${GRPC}{ endpoint: :4317, auth: { bearer_tokens: [t] } } } } }`,
      "1:53: receivers.otlp.protocols.grpc takes credentials without TLS: others on the network can read them",
    ],
    [
      "exporters: { posthog: { api_key: mine } }",
      "1:34: exporters.posthog.api_key does not start with phc_: PostHog answers 200 to an unknown key and drops what it sent",
    ],
    [
      "sampling: { rules: [{ id: a, kind: pin, match: {} }] }",
      "1:48: sampling.rules[0].match is empty: the rule is for every record",
    ],
  ])("are given for %s", async (yaml, line) => {
    expect(await errorsOf(yaml)).toEqual([]);
    expect(await warningsOf(yaml)).toEqual([line]);
  });

  it("tell of a secret on the command line, unless it is a reference", async () => {
    const warnings = await warningsOf("", {
      overrides: ["admin.token=canary", `sampling.seed=\${env:POSTHOG_API_KEY}`],
    });

    expect(warnings).toEqual([
      "--set admin.token: admin.token is given on the command line, where every user of the machine can read it; wanted a variable or a file",
    ]);
  });
});
