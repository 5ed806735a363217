/**
 * A scope is one service and one severity class: templates of different scopes are different patterns. It is one small
 * integer, the number of the service above CLASS_BITS bits of class, so that the hash and the columns take it as it is.
 * It is no InstrumentationScope of OpenTelemetry.
 */
import { SEVERITY_CLASSES } from "../../../model/severity.ts";

const CLASS_BITS = 3;
const CLASS_MASK = (1 << CLASS_BITS) - 1;

/** @param service number out of ServiceNames @param severityClass index into SEVERITY_CLASSES */
export function scopeOf(service: number, severityClass: number): number {
  return (service << CLASS_BITS) | severityClass;
}

export function serviceOf(scope: number): number {
  return scope >> CLASS_BITS;
}

/** Index into SEVERITY_CLASSES. */
export function severityClassIn(scope: number): number {
  return scope & CLASS_MASK;
}

export function severityNameIn(scope: number): string {
  return SEVERITY_CLASSES[severityClassIn(scope)];
}

/** Every scope of `maxServices` named services and of the one for all others is below this. */
export function scopeLimit(maxServices: number): number {
  return (maxServices + 1) << CLASS_BITS;
}
