import semver from "semver";
import type { PackageRequest } from "../../api/package-request.ts";
import { CrankcaseError } from "../../errors/crankcase-error.ts";

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
