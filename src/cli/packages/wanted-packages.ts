import semver from "semver";
import type { PackageRequest } from "../../api/package-request.ts";
import { CrankcaseError } from "../../errors/crankcase-error.ts";
import { semverOf } from "../../runtimes/semver-of.ts";

/** Packages as people type them: `python`, `python=3.11`, `node=>=22 <25`. Throws `invalid_command` for what is no range. */
export function wantedPackages(words: readonly string[]): PackageRequest[] {
  return words.map((word) => {
    const [name = "", ...rest] = word.split("=");
    const version = rest.join("=");
    if (name === "" || (rest.length > 0 && semver.validRange(version) === null)) {
      throw new CrankcaseError(
        "invalid_command",
        `${word} is not NAME or NAME=RANGE, for example python=3.11`,
      );
    }
    return rest.length === 0 ? { name } : { name, version };
  });
}

/** Just this version, as people would type it: Debian's versions are no semver. */
export function exactly({ name, version }: { readonly name: string; readonly version: string }): string {
  return `${name}=${semverOf(version) ?? version}`;
}
