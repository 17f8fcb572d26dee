import { getSystemErrorName } from "node:util";
import { CrankcaseError } from "../errors/crankcase-error.ts";
import { jailerFailed } from "./jail-errors.ts";
import { PayloadReader } from "./payload-reader.ts";

/** Codes of ERROR in docs/jailer-protocol.md; what is neither of these is `failed` or our own breach of the protocol. */
const BUSY = 2;
const REFUSED = 3;

/** Errors of a submission that does not fit into the jail's disk or inode limit (write(2), open(2)). */
const NO_ROOM: readonly string[] = ["ENOSPC", "EDQUOT", "EFBIG"];

/** A slot is free again as soon as any job ends. */
const RETRY_AFTER_SECONDS = 1;

/** Reads the payload of ERROR: `busy`, `submission_too_large` or `jailer_failed`, with step, path and errno. */
export function decodeError(payload: Buffer): CrankcaseError {
  const reader = new PayloadReader(payload);
  const code = reader.u8();
  const step = reader.string();
  const path = reader.string();
  const errno = errnoName(reader.i32());
  reader.end();
  const message = [step, path, errno].filter((part) => part !== "").join(": ");
  if (code === BUSY) return new CrankcaseError("busy", message, { retryAfterSeconds: RETRY_AFTER_SECONDS });
  if (code === REFUSED && NO_ROOM.includes(errno)) return new CrankcaseError("submission_too_large", message);
  return jailerFailed(message);
}

function errnoName(errno: number): string {
  return errno > 0 ? getSystemErrorName(-errno) : "";
}
