import { execa } from "execa";
import { CrankcaseError } from "../errors/crankcase-error.ts";

/** Ids under which the daemon runs. */
export interface DaemonUser {
  readonly uid: number;
  readonly gid: number;
}

/** Finds the configured user: a name, `UID` or `UID:GID`. Throws `start_failed` for root and for a name nobody has. */
export async function daemonUser(configured: string): Promise<DaemonUser> {
  const user = numeric(configured) ?? (await lookUp(configured));
  if (user.uid !== 0) return user;
  throw new CrankcaseError("start_failed", "The daemon must not run as root: set `user` to another one.");
}

function numeric(configured: string): DaemonUser | null {
  const [, uid, gid = uid] = /^(\d+)(?::(\d+))?$/.exec(configured) ?? [];
  return uid === undefined ? null : { uid: Number(uid), gid: Number(gid) };
}

/** One line of passwd(5): name, password, uid, gid and more. */
async function lookUp(name: string): Promise<DaemonUser> {
  const { stdout, failed } = await execa("getent", ["passwd", "--", name], { reject: false });
  const [, , uid, gid] = failed ? [] : stdout.split(":");
  if (uid !== undefined && gid !== undefined) return { uid: Number(uid), gid: Number(gid) };
  const mend = `useradd --system --user-group --no-create-home --shell /usr/sbin/nologin ${name}`;
  throw new CrankcaseError("start_failed", `There is no user ${name}. Make it: ${mend}`);
}
