import { access, chmod, chown, constants, mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { execa } from "execa";
import type { Config } from "../config/config.ts";
import { operatorSocketPath } from "../daemon/operator-socket.ts";
import { CrankcaseError } from "../errors/crankcase-error.ts";
import type { DaemonUser } from "./daemon-user.ts";

/** Folders that everybody may enter, and those that only the daemon may. */
const PUBLIC = 0o755;
const PRIVATE = 0o700;

/** Makes what both processes expect to find: run and data folder, root's, and the daemon's own folders. Harmless where they are. */
export async function makeRunFolders(config: Config, user: DaemonUser): Promise<void> {
  for (const folder of [config.runDir, config.dataDir])
    await mkdir(folder, { recursive: true, mode: PUBLIC });
  // Only what lies in a folder of root's: below its own folders the daemon may have put a link to anywhere.
  for (const folder of [config.stateDir, dirname(operatorSocketPath(config))]) {
    await mkdir(folder, { recursive: true, mode: PRIVATE });
    await chown(folder, user.uid, user.gid);
    await chmod(folder, PRIVATE);
  }
}

/** Throws `start_failed` unless the daemon's user can read the project and run its interpreter (access(2) as that user). */
export async function requireReadable(
  projectDir: string,
  interpreter: string,
  user: DaemonUser,
): Promise<void> {
  const readable = ["-r", join(projectDir, "package.json"), "-a", "-x", interpreter];
  const asUser = [`--reuid=${user.uid}`, `--regid=${user.gid}`, "--clear-groups", "--", "test", ...readable];
  const { failed } = await execa("setpriv", asUser, { reject: false, stdio: "ignore" });
  if (!failed) return;
  const message = `The daemon's user (uid ${user.uid}) cannot read ${projectDir}. Move the project to where everybody may read, for example /opt/crankcase`;
  throw new CrankcaseError("start_failed", message);
}

/** Throws `start_failed` unless the jailer was built. */
export async function requireJailer({ jailerPath }: Config): Promise<void> {
  try {
    await access(jailerPath, constants.X_OK);
  } catch (cause) {
    const message = `There is no jailer at ${jailerPath}. Build it: make -C jailer`;
    throw new CrankcaseError("start_failed", message, { cause });
  }
}
