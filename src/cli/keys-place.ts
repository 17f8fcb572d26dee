import type { ApiKey } from "../access/api-key.ts";
import { editKeys } from "../access/edit-keys.ts";
import { readKeys } from "../access/read-keys.ts";
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

/** Where the keys are. Disposing leaves them. */
export interface KeysPlace extends AsyncDisposable {
  /** What to call it in messages. */
  readonly where: string;
  /** Rejects with `invalid_config` where they are refused. */
  read(): Promise<readonly ApiKey[]>;
  /** Changes them, as `editKeys` does. */
  edit(change: (keys: readonly ApiKey[]) => readonly ApiKey[]): Promise<void>;
}

/**
 * Finds the file of keys, or the store that servers share. Throws `invalid_command`, with the command to give, unless started as
 * root, and `start_failed` where the store does not answer.
 */
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
  const { config } = await loadConfig({ ...{ file, flags: {}, env: variables, projectDir } });
  return config.store === "embedded" ? fileOfKeys(config) : await sharedPlace(config);
}

function fileOfKeys({ keysFile, user }: Pick<Config, "keysFile" | "user">): KeysPlace {
  return {
    where: keysFile,
    read: () => readKeys(keysFile),
    // The daemon's group may read it.
    edit: async (change) => await editKeys(keysFile, (await daemonUser(user)).gid, change),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

async function sharedPlace(config: Config): Promise<KeysPlace> {
  const { openSharedParts } = await import("../cluster/shared-parts.ts");
  const { SHARED_KEYS } = await import("../cluster/shared-keys.ts");
  const parts = await openSharedParts(config, () => undefined);
  return { ...parts.keys, where: SHARED_KEYS, [Symbol.asyncDispose]: () => parts[Symbol.asyncDispose]() };
}
