import { withKey } from "../access/add-key.ts";
import { type KeyLimits, newKey } from "../access/new-key.ts";
import type { Scope } from "../access/scope.ts";
import type { CliContext } from "./context.ts";
import { type KeysOptions, keysPlace } from "./keys-place.ts";

/** Options of `crankcase keys create`. */
export interface KeysCreateOptions extends KeysOptions {
  /** Left out it is `run`. */
  readonly scope?: readonly Scope[];
  /** Whether the key takes the place of one of the same name, which opens nothing any more. */
  readonly replace?: boolean;
  /** Requests a minute. */
  readonly rate?: number;
  /** Requests under way at one time. */
  readonly concurrency?: number;
  /** Jobs a day. */
  readonly daily?: number;
  /** ISO 8601 time, UTC, from which on it opens nothing. */
  readonly expires?: string;
  readonly json?: boolean;
}

const SHOWN_ONCE = `crankcase: the key is shown this once; only its hash is kept. A server that runs takes it up within two seconds.
`;

/**
 * `crankcase keys create`: adds a key to `keys_file` and prints it, alone on stdout. Throws `invalid_command` unless
 * started as root, `invalid_config` for a name that is taken, and `start_failed` where the daemon's user is missing.
 */
export async function keysCreate(
  name: string,
  options: KeysCreateOptions,
  context: CliContext,
): Promise<number> {
  await using place = await keysPlace(`create ${name}`, options, context);
  const { text, entry } = newKey(name, options.scope ?? ["run"], new Date(), limitsOf(options));
  await place.edit((keys) => withKey(keys, entry, options.replace ?? false, place.where));
  const { sha256: _hash, ...shown } = entry;
  context.stdout.write(options.json ? `${JSON.stringify({ ...shown, key: text })}\n` : `${text}\n`);
  context.stderr.write(SHOWN_ONCE);
  return 0;
}

/** Only those that were given. */
function limitsOf({ rate, concurrency, daily, expires }: KeysCreateOptions): KeyLimits {
  return {
    ...(expires === undefined ? {} : { expires }),
    ...(rate === undefined ? {} : { rate_per_minute: rate }),
    ...(concurrency === undefined ? {} : { concurrency }),
    ...(daily === undefined ? {} : { daily_jobs: daily }),
  };
}
