import { callerErrors } from "./caller-errors.ts";
import { operatorErrors } from "./operator-errors.ts";
import { serverErrors } from "./server-errors.ts";

/** Every error code of Crankcase, once: what it means and what to do about it. docs/errors.md says the same. */
export const errorTable = { ...callerErrors, ...serverErrors, ...operatorErrors };

/** Stable name of an error. */
export type ErrorCode = keyof typeof errorTable;
