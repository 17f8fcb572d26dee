import { addKey } from "../access/add-key.ts";
import { newKey } from "../access/new-key.ts";
import type { Scope } from "../access/scope.ts";
import { loadConfig } from "../config/load-config.ts";
import { CrankcaseError } from "../errors/crankcase-error.ts";
import type { CliContext } from "./context.ts";
import { daemonUser } from "./daemon-user.ts";
import { installedVariables } from "./installed-variables.ts";

/** Options of `crankcase keys create`. */
export interface KeysCreateOptions {
  /** Left out it is `run`. */
  readonly scope?: readonly Scope[];
  /** Whether the key takes the place of one of the same name, which opens nothing after the next start. */
  readonly replace?: boolean;
  /** YAML file of the configuration. */
  readonly config?: string;
  readonly json?: boolean;
}

const SHOWN_ONCE = `crankcase: the key is shown this once; only its hash is kept. It opens the server after a restart:
hint: with systemd \`sudo systemctl restart crankcase\`, without \`sudo kill -HUP "$(cat /run/crankcase/crankcase.pid)"\`
`;

/**
 * `crankcase keys create`: adds a key to `keys_file` and prints it, alone on stdout. Throws `invalid_command` unless
 * started as root, `invalid_config` for a name that is taken, and `start_failed` where the daemon's user is missing.
 */
export async function keysCreate(
  name: string,
  { scope, replace = false, config: file, json }: KeysCreateOptions,
  { env, projectDir, uid, stdout, stderr }: CliContext,
): Promise<number> {
  if (uid !== 0) {
    throw new CrankcaseError(
      "invalid_command",
      `Only root may make keys: sudo crankcase keys create ${name}`,
    );
  }
  // The service's own variables count too: it must find the key where it looks.
  const variables = { ...(await installedVariables()), ...env };
  const { config } = await loadConfig({ file, flags: {}, env: variables, projectDir });
  const { gid } = await daemonUser(config.user);
  const { text, entry } = newKey(name, scope ?? ["run"], new Date());
  await addKey(config.keysFile, entry, { gid, isReplacing: replace });
  const { scopes, created } = entry;
  stdout.write(json ? `${JSON.stringify({ name, scopes, created, key: text })}\n` : `${text}\n`);
  stderr.write(SHOWN_ONCE);
  return 0;
}
