/** Codes of the reason column, and the severity class of ERROR, as constants for inner loops. */
import { keepReasonCode } from "../../../model/decision.ts";

export const BYPASS: number = keepReasonCode("bypass");
export const RULE: number = keepReasonCode("rule");
export const ERROR: number = keepReasonCode("error");
export const NOVEL: number = keepReasonCode("novel");
export const TRACE: number = keepReasonCode("trace");
export const FLOOR: number = keepReasonCode("floor");
export const SAMPLED: number = keepReasonCode("sampled");
export const SUMMARY: number = keepReasonCode("summary");
export const OBSERVE: number = keepReasonCode("observe");

/** Index into SEVERITY_CLASSES from which the ERROR lane pays for a pattern. */
export const SEVERITY_CLASS_ERROR = 5;
