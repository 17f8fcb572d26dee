import { CrankcaseError } from "../errors/crankcase-error.ts";
import type { RunAs } from "./run-command.ts";

/** Users that may talk to mirrors and registries, the best first: the daemon's own, apt's, nobody. */
const CANDIDATES = ["crankcase", "_apt", "nobody"];

/**
 * The user under which archives are looked up and fetched: nothing that comes from outside is parsed as root.
 * Null where this process is not root: it is unprivileged itself. Rejects with `start_failed`.
 */
export async function unprivilegedUser(): Promise<RunAs> {
  if (process.getuid?.() !== 0) return null;
  const { execa } = await import("execa");
  const { stdout } = await execa("getent", ["passwd", ...CANDIDATES], { reject: false });
  const user = parsePasswd(stdout);
  if (user !== null) return user;
  throw new CrankcaseError("start_failed", `none of the users ${CANDIDATES.join(", ")} exists`);
}

/** The ids of the first candidate in lines of passwd(5). */
export function parsePasswd(lines: string): RunAs {
  const users = lines.split("\n").map((line) => line.split(":"));
  const ranked = CANDIDATES.flatMap((name) => users.filter((fields) => fields[0] === name));
  const [, , uid, gid] = ranked[0] ?? [];
  return uid === undefined || gid === undefined ? null : { uid: Number(uid), gid: Number(gid) };
}
