/** A program: fits its heap to the megabytes of its first argument and prints what came of it as a line of JSON. */
import { getHeapStatistics } from "node:v8";
import { fitHeap } from "../../../src/runtime/heap-launcher.ts";

const bytes = Number(process.argv[2]) * 2 ** 20;
const { action } = fitHeap({ bytes, source: "cgroup" });
const heapLimitMib = getHeapStatistics().heap_size_limit / 2 ** 20;
process.stdout.write(`${JSON.stringify({ pid: process.pid, action, heapLimitMib, argument: process.argv[2] })}\n`);
