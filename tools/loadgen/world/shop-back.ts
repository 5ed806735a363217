/** The shop's services behind the visitors: orders, money, stock, parcels, mail. See shop-front.ts for the rules. */
import type { ServiceProfile } from "./service-profile.ts";
import { line } from "./service-profile.ts";

export const BACK_SERVICES: readonly ServiceProfile[] = [
  {
    name: "checkout",
    version: "4.4.0",
    language: "nodejs",
    pods: 2,
    requestLines: [
      line("INFO", 14, "order {order} created for user {user}, {n} items, {amount} {currency}"),
      line("INFO", 10, "order {order}: step reserve finished in {ms} ms"),
      line("INFO", 10, "order {order}: step pay finished in {ms} ms"),
      line("DEBUG", 12, "order {order}: state machine at version {n}, event {uuid}"),
      line("WARN", 0.3, "order {order}: retry {n} of step pay after {ms} ms"),
      line("ERROR", 0.05, "order {order}: step notify gave up after {n} attempts"),
    ],
    ambientLines: [line("INFO", 3, "outbox drained: {count} events in {ms} ms")],
  },
  {
    name: "payments",
    version: "6.1.7",
    language: "dotnet",
    pods: 2,
    requestLines: [
      line("INFO", 14, "Payment {uuid} authorized: {amount} {currency} for {order}"),
      line("INFO", 12, "Payment {uuid} captured in {ms} ms"),
      line("DEBUG", 10, "Acquirer request {hex} sent to {host}, {bytes} bytes"),
      line("WARN", 0.4, "Payment {uuid} declined by issuer, reason code {n}"),
    ],
    ambientLines: [
      line("INFO", 2, "Settlement file {hex} written with {count} rows"),
      line("DEBUG", 3, "Connection pool: {n} busy, {n} idle"),
    ],
  },
  {
    name: "inventory",
    version: "2.2.2",
    language: "go",
    pods: 2,
    requestLines: [
      line("INFO", 14, "reserved {n} x {sku} for {order} in {region}"),
      line("INFO", 8, "stock of {sku} is {count} in {region}"),
      line("DEBUG", 10, "row lock on {sku} held {ms}ms"),
      line("WARN", 0.3, "stock of {sku} below reorder level: {n} left"),
    ],
    ambientLines: [
      line("INFO", 4, "consumed {count} stock events, offset {count}, lag {n}"),
      line("DEBUG", 4, "snapshot {hex} written, {bytes} bytes"),
    ],
  },
  {
    name: "pricing",
    version: "1.8.5",
    language: "python",
    pods: 1,
    requestLines: [
      line("INFO", 10, "priced {n} items for user {user}: {amount} {currency} ({ms} ms)"),
      line("DEBUG", 10, "rule set {version} evaluated, {n} rules matched"),
    ],
    ambientLines: [line("INFO", 2, "exchange rates updated: {n} pairs, {currency} at {seconds}")],
  },
  {
    name: "shipping",
    version: "3.0.9",
    language: "java",
    pods: 1,
    requestLines: [
      line("INFO", 10, "label {hex} created for {order}, parcel {n} of {n}, {region}"),
      line("DEBUG", 6, "carrier quote {amount} {currency} from {host} in {ms} ms"),
    ],
    ambientLines: [
      line("INFO", 3, "tracking poll: {count} parcels, {n} changed"),
      line("WARN", 0.2, "carrier {host} throttles us, next poll in {seconds} s"),
    ],
  },
  {
    name: "email",
    version: "1.4.1",
    language: "ruby",
    pods: 1,
    requestLines: [line("INFO", 6, "rendered template order-confirmation for {order} in {ms}ms")],
    ambientLines: [
      line("INFO", 1.2, "message {uuid} queued for {email}"),
      line("INFO", 5, "message {uuid} accepted by {host} ({ms}ms)"),
      line("WARN", 0.3, "message {uuid} deferred by {host}: mailbox busy"),
    ],
  },
];
