import type { Config } from "../config/config.ts";
import { loadConfig } from "../config/load-config.ts";
import { CrankcaseError } from "../errors/crankcase-error.ts";
import type { CliContext } from "./context.ts";
import { daemonUser } from "./daemon-user.ts";
import { installedVariables } from "./installed-variables.ts";

/** Options of every command on keys. */
export interface KeysOptions {
  /** YAML file of the configuration. */
  readonly config?: string;
}

/** Where the keys are, and the daemon's group, which may read them. */
export interface KeysPlace {
  readonly keysFile: string;
  gid(): Promise<number>;
}

/** Finds the file of keys. Throws `invalid_command`, with the command to give, unless started as root. */
export async function keysPlace(
  command: string,
  { config: file }: KeysOptions,
  { env, projectDir, uid }: CliContext,
): Promise<KeysPlace> {
  if (uid !== 0) {
    throw new CrankcaseError("invalid_command", `The keys are root's: sudo crankcase keys ${command}`);
  }
  // The service's own variables count too: it must find the key where it looks.
  const variables = { ...(await installedVariables()), ...env };
  const { config }: { config: Pick<Config, "keysFile" | "user"> } = await loadConfig({
    ...{ file, flags: {}, env: variables, projectDir },
  });
  return { keysFile: config.keysFile, gid: async () => (await daemonUser(config.user)).gid };
}
