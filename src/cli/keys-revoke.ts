import { withoutKey } from "../access/remove-key.ts";
import type { CliContext } from "./context.ts";
import { type KeysOptions, keysPlace } from "./keys-place.ts";

/** `crankcase keys revoke`: takes a key out of `keys_file`. Throws as `keysPlace`, `daemonUser` and `removeKey` do. */
export async function keysRevoke(name: string, options: KeysOptions, context: CliContext): Promise<number> {
  await using place = await keysPlace(`revoke ${name}`, options, context);
  await place.edit((keys) => withoutKey(keys, name, place.where));
  context.stderr.write(
    `crankcase: ${name} opens nothing any more; a server that runs knows within two seconds.\n`,
  );
  return 0;
}
