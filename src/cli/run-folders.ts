import { access, chmod, chown, constants, mkdir } from "node:fs/promises";
import type { Config } from "../config/config.ts";
import { CrankcaseError } from "../errors/crankcase-error.ts";
import type { DaemonUser } from "./daemon-user.ts";

/** Folders that everybody may enter, and those that only the daemon may. */
const PUBLIC = 0o755;
const PRIVATE = 0o700;

/** Makes what both processes expect to find: run and data folder, root's, and the daemon's folder of submissions. */
export async function makeRunFolders(config: Config, user: DaemonUser): Promise<void> {
  for (const folder of [config.runDir, config.dataDir])
    await mkdir(folder, { recursive: true, mode: PUBLIC });
  await mkdir(config.submissionsDir, { recursive: true, mode: PRIVATE });
  await chown(config.submissionsDir, user.uid, user.gid);
  await chmod(config.submissionsDir, PRIVATE);
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
