/**
 * A program: an application that logs with pino and ships its lines with pino-opentelemetry-transport, as its users
 * install it. Arguments: protocol (grpc or http/protobuf), URL to export to. A process of its own, because pino blocks
 * its thread until everything is flushed.
 */
import pino from "pino";

const TRACE = { trace_id: "5b8aa5a2d2c872e8321cf37308d69df2", span_id: "051581bf3cb55c13", trace_flags: "01" };

const [protocol = "", url = ""] = process.argv.slice(2);
const transport = pino.transport({
  target: "pino-opentelemetry-transport",
  options: {
    loggerName: "checkout.pino",
    serviceVersion: "3.0.0",
    resourceAttributes: { "service.name": "checkout" },
    logRecordProcessorOptions: {
      recordProcessorType: "batch",
      processorConfig: { maxQueueSize: 10_000 },
      exporterOptions: { protocol, grpcExporterOptions: { url }, protobufExporterOptions: { url } },
    },
  },
});
const logger = pino({ level: "trace" }, transport);

for (let i = 0; i < 1_500; i++)
  logger.info({ cart: { items: i % 9, id: `c-${i}` } }, `cart ${i} priced in ${i % 40} ms`);
logger.warn({ ...TRACE, attempt: 2 }, "the bank is slow");
for (let i = 0; i < 20; i++) logger.error({ ...TRACE, err: new TypeError(`card ${i} refused`) }, `charge ${i} failed`);
logger.fatal("out of money");
transport.end();
