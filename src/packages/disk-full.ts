import { CrankcaseError } from "../errors/crankcase-error.ts";

/** What Node, the jailer, apt and dpkg say of a full file system, or a full quota (errno(3)). */
const FULL = /ENOSPC|EDQUOT|No space left on device|Disk quota exceeded/;

/** Any error of an installation; as `disk_full` where the disk was, with the folders where room is needed. */
export function orDiskFull(thrown: unknown, folders: readonly string[]): unknown {
  if (!(thrown instanceof Error) || !FULL.test(thrown.message)) return thrown;
  const message = `The disk is full: make room where ${folders.join(" or ")} lies.\n${thrown.message}`;
  return new CrankcaseError("disk_full", message, { cause: thrown });
}
