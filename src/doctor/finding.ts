/** What a check comes to. `skipped`: it could not be looked at, which is no verdict on the machine. */
export type CheckStatus = "ok" | "warning" | "failed" | "skipped";

/** What a check found. */
export interface Finding {
  readonly status: CheckStatus;
  /** What was found, with figures. */
  readonly detail: string;
  /** The command that mends it; null where nothing is to be mended, or no command does. */
  readonly mend: string | null;
  /** Why this very finding matters, where the check's own reason says less. */
  readonly why?: string;
}

/** All is as it should be. */
export function ok(detail: string): Finding {
  return { status: "ok", detail, mend: null };
}

/** Jobs run, and something is worse than it could be. */
export function warning(detail: string, mend: string | null, why?: string): Finding {
  return { status: "warning", detail, mend, ...(why === undefined ? {} : { why }) };
}

/** Jobs do not run, or not safely. */
export function failed(detail: string, mend: string | null, why?: string): Finding {
  return { status: "failed", detail, mend, ...(why === undefined ? {} : { why }) };
}

/** It could not be looked at. */
export function skipped(detail: string, mend: string | null): Finding {
  return { status: "skipped", detail, mend };
}
