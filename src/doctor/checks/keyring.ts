import { builtBases } from "../built-bases.ts";
import type { Check } from "../check.ts";
import { failed, ok, warning } from "../finding.ts";
import { FIRST_SUITE } from "../first-suite.ts";
import { type OpenpgpKey, openpgpKeys } from "../openpgp-keys.ts";

/** Where src/packages/build-base.ts expects the keys of Debian's archive. */
const KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg";

const MEND = "apt-get update && apt-get install --yes debian-archive-keyring";

/** A key that ends sooner is worth a word. */
const SOON_MS = 60 * 24 * 3600 * 1000;

/** Whether the keys of the first suite and of each built base are there and valid. */
export const keyring: Check = {
  id: "keyring",
  title: "Keys of Debian's archive",
  why: "What mirrors send is trusted by these keys alone: without a suite's key its base cannot be built.",
  run: async (host, { config }) => {
    const bytes = await host.readBytes(KEYRING);
    if (bytes === null) return failed(`${KEYRING} is missing`, MEND);
    const found = openpgpKeys(bytes);
    const built = (await builtBases(host, config.dataDir)).map(({ suite }) => suite);
    const told: string[] = [];
    for (const suite of new Set([FIRST_SUITE, ...built])) {
      const last = lastEnd(found, suite);
      // A suite in the making has no keys of its own: those of its elders sign it.
      if (last === null && suite !== FIRST_SUITE) continue;
      if (last === null) return failed(`${found.length} keys, none of them ${suite}'s`, MEND);
      if (last <= host.now()) return failed(`the keys of ${suite} ended on ${day(last)}`, MEND);
      if (last - host.now() < SOON_MS) return warning(`the keys of ${suite} end on ${day(last)}`, MEND);
      told.push(`${suite}'s are valid until ${day(last)}`);
    }
    return ok(`${found.length} keys; ${told.join(", ")}`);
  },
};

/** When the last key of a suite ends; names are such as "Debian Archive Automatic Signing Key (13/trixie)". */
function lastEnd(found: readonly OpenpgpKey[], suite: string): number | null {
  const its = found.filter(({ names }) => names.some((name) => name.includes(`/${suite})`)));
  if (its.length === 0) return null;
  return Math.max(...its.map(({ expiresMs }) => expiresMs ?? Number.POSITIVE_INFINITY));
}

function day(ms: number): string {
  return Number.isFinite(ms) ? new Date(ms).toISOString().slice(0, 10) : "the end of time";
}
