/** Results of a benchmark run, and the page of docs that shows them. */
import type { EndToEndResults } from "./end-to-end.ts";
import type { Measurement } from "./measure.ts";

export interface BenchResults {
  readonly date: string;
  /** Short runs: for a look, not for comparison. */
  readonly quick: boolean;
  readonly machine: {
    readonly cpu: string;
    readonly cores: number;
    readonly memoryGib: number;
    readonly node: string;
    readonly commit: string;
    /** Runnable processes (1-minute load average) before the run: above the number of cores, others were at work. */
    readonly loadBefore: number;
  };
  readonly micro: Readonly<Record<string, readonly Measurement[]>>;
  readonly endToEnd: EndToEndResults;
}

export function performancePage(results: BenchResults, source: string): string {
  const { machine, endToEnd, micro } = results;
  return `# Performance

Written by \`npm run bench\` from [${source}](${source}); not edited by hand. ${
    results.quick ? "A quick run: for a look, not for comparison.\n" : ""
  }

Measured on ${results.date}, commit ${machine.commit}: ${machine.cpu}, ${machine.cores} cores, ${machine.memoryGib} GiB, Node ${machine.node}, load average ${machine.loadBefore} before the run.

## Method

- The server is \`lipservice run\` as a process of its own with \`keep_ratio: 0.1\`, everything on, and the PostHog exporter with gzip towards the stand-in (\`lipservice standin --no-decode\`); load comes from \`lipservice loadgen\`. All three share the machine.
- CPU time is user and system time of all the server's threads (/proc/PID/stat), from before the load until its survivors are delivered: compression and export are in it.
- Records have about 280 bytes and five attributes; 20 services with 40 templates each; within a pool of 64 MiB every variable part is distinct, and times and trace ids are new with every sending.
- *Bare* is a server of the same transport (node:http, grpc-js) that reads each request whole and answers: what the transport alone costs on this machine in the same minutes. Product and bare take turns; medians are shown. Compare ratios between machines, not rates.
- Working set is anonymous and shared resident memory (RssAnon + RssShmem of /proc/PID/status); mapped files are not in it.

## At full rate: four connections, 512 records a request

| transport | records per CPU second | bare | cost / bare | p50 ms | p99 ms | working set MiB |
|---|---:|---:|---:|---:|---:|---:|
${endToEnd.fullRate
  .map(
    (row) =>
      `| ${row.name} | ${thousands(row.recordsPerCpuSecond)} | ${thousands(row.bareRecordsPerCpuSecond)} | ${row.costRatio} | ${row.p50Ms} | ${row.p99Ms} | ${row.memory.workingSetMib} |`,
  )
  .join("\n")}

Latencies at full rate are those of a saturated server.

## As a sidecar: HTTP/protobuf

| records/s | batch | millicores | p50 ms | p99 ms | working set MiB |
|---:|---:|---:|---:|---:|---:|
${[...endToEnd.sidecar, endToEnd.at50k]
  .map(
    (row) =>
      `| ${thousands(row.recordsPerSecond)} | ${row.batch} | ${row.millicores} | ${row.p50Ms} | ${row.p99Ms} | ${row.workingSetMib} |`,
  )
  .join("\n")}

Idle: ${endToEnd.idle.workingSetMib} MiB working set (${endToEnd.idle.rssMib} MiB resident with mapped files), ${endToEnd.idle.millicores} millicores. From the start of the process to \`/readyz\`: ${endToEnd.startToReadyMs.median} ms (median of ${endToEnd.startToReadyMs.all.length}: ${endToEnd.startToReadyMs.all.join(", ")}).

## Steps of the data plane

By themselves, one process each, CPU time of one thread and its helpers.

| benchmark | step | bytes | median, million/s | best, million/s |
|---|---|---:|---:|---:|
${Object.entries(micro)
  .flatMap(([name, rows]) =>
    rows.map(
      (row) =>
        `| ${name} | ${row.name} (${row.unit}) | ${row.bytes} | ${millions(row.median)} | ${millions(row.best)} |`,
    ),
  )
  .join("\n")}
`;
}

function thousands(value: number): string {
  return value.toLocaleString("en");
}

function millions(value: number): string {
  return (value / 1e6).toFixed(2);
}
