/** Parsers of option values; what does not fit is a usage error with what is wanted. */
import { InvalidArgumentError } from "commander";
import { parseBytes, parseDuration } from "../../src/config/units.ts";

export function parseCount(text: string): number {
  const count = /^\d{1,15}$/.test(text) ? Number(text) : 0;
  if (count < 1) throw new InvalidArgumentError("wanted a whole number above 0");
  return count;
}

/** 0 is a port: the system chooses. */
export function parsePort(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : -1;
  if (port < 0 || port > 65_535) throw new InvalidArgumentError("wanted a port from 0 to 65535");
  return port;
}

export function parseRate(text: string): number {
  if (!/^\d{1,9}(\.\d+)?$/.test(text)) throw new InvalidArgumentError("wanted a number of at least 0");
  return Number(text);
}

export function parseMilliseconds(text: string): number {
  const milliseconds = parseDuration(text);
  if (milliseconds === undefined) throw new InvalidArgumentError("wanted a duration such as 30s or 5m");
  return milliseconds;
}

export function parseSize(text: string): number {
  const bytes = parseBytes(text);
  if (bytes === undefined) throw new InvalidArgumentError("wanted a size such as 2MiB");
  return bytes;
}

/** Lines a minute, or bytes a second with or without a unit. */
export function parseRuleValue(text: string): number {
  const value = /^\d{1,15}(\.\d+)?$/.test(text) ? Number(text) : parseBytes(text);
  if (value === undefined) throw new InvalidArgumentError("wanted a number such as 60, or a size such as 10KiB");
  return value;
}
