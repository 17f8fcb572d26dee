import semver from "semver";
import { CrankcaseError } from "../errors/crankcase-error.ts";
import type { PackageManifest } from "../runtimes/package-manifest.ts";
import { asSemver, type WantedVersion } from "./select-version.ts";

/**
 * The highest installed version of a package in a range. Throws `unknown_package`, or `package_in_use` where another package
 * is built on it.
 */
export function requireRemovable(
  installed: readonly PackageManifest[],
  { name, range }: WantedVersion,
): PackageManifest {
  const [manifest] = installed
    .filter((it) => it.name === name && semver.satisfies(asSemver(it.version), range))
    .sort((a, b) => semver.rcompare(asSemver(a.version), asSemver(b.version)));
  if (manifest === undefined) {
    const versions = installed.filter((it) => it.name === name).map(({ version }) => version);
    const suggestion = versions.length === 0 ? "" : `Installed: ${versions.join(", ")}`;
    throw new CrankcaseError("unknown_package", `No package ${name} ${range} is installed`, { suggestion });
  }
  const id = `${manifest.name}/${manifest.version}`;
  const above = installed.filter((it) => it !== manifest && it.layers.includes(id));
  if (above.length === 0) return manifest;
  const names = above.map((it) => `${it.name} ${it.version}`).join(", ");
  throw new CrankcaseError("package_in_use", `${name} ${manifest.version} is needed by ${names}`, {
    suggestion: `Uninstall first: ${names}`,
  });
}
