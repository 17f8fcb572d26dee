import type { ErrorCode } from "../../errors/error-table.ts";

/** What running a job may end in, on every API. */
export const JOB_ERRORS: readonly ErrorCode[] = [
  "unknown_runtime",
  "limit_too_high",
  "invalid_file_name",
  "invalid_file_content",
  "submission_too_large",
  "busy",
  "stopping",
  "jailer_absent",
  "jail_lost",
  "jailer_failed",
  "disk_full",
];

/** What installing a package may end in. */
export const INSTALL_ERRORS: readonly ErrorCode[] = [
  "unknown_package",
  "busy",
  "stopping",
  "jailer_absent",
  "jailer_failed",
  "package_unavailable",
  "base_missing",
  "archive_refused",
  "disk_full",
  "package_failed",
];

/** What removing one may. */
export const REMOVAL_ERRORS: readonly ErrorCode[] = ["unknown_package", "package_in_use", "busy", "stopping"];
