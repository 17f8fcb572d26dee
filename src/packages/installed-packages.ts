import semver from "semver";
import { CrankcaseError } from "../errors/crankcase-error.ts";
import type { PackageManifest } from "../runtimes/package-manifest.ts";
import type { PackageDefinition } from "./package-definition.ts";
import { asSemver, type SelectedPackage, type WantedVersion } from "./select-version.ts";

/** The highest installed version in a range; throws `unknown_package`. */
export function requireInstalled(
  installed: readonly PackageManifest[],
  { name, range }: WantedVersion,
): PackageManifest {
  const [manifest] = installed
    .filter((it) => it.name === name && semver.satisfies(asSemver(it.version), range))
    .sort((a, b) => semver.rcompare(asSemver(a.version), asSemver(b.version)));
  if (manifest !== undefined) return manifest;
  const versions = installed.filter((it) => it.name === name).map(({ version }) => version);
  const suggestion = versions.length === 0 ? "" : `Installed: ${versions.join(", ")}`;
  throw new CrankcaseError("unknown_package", `No package ${name} ${range} is installed`, { suggestion });
}

/** By which an installed package was built; throws `unknown_package` where the index has it no more. */
export function definitionOf(
  { name, version, piston, definition = version }: PackageManifest,
  index: ReadonlyMap<string, PackageDefinition>,
): SelectedPackage {
  if (piston !== undefined)
    throw new CrankcaseError(
      "invalid_request",
      `${name} ${version} is in Piston's format: its index has each version once`,
    );
  const versions = index.get(name)?.versions ?? [];
  const found =
    versions.find((it) => it.version === definition) ?? versions.find((it) => it.version === version);
  if (found !== undefined) return { name, definition: found };
  throw new CrankcaseError("unknown_package", `The index has no ${name} ${definition} any more`);
}

/** Throws `package_in_use` where another installed package is built on this one. */
export function requireUnneeded(
  installed: readonly PackageManifest[],
  { name, version }: PackageManifest,
): void {
  const id = `${name}/${version}`;
  const above = installed.filter((it) => `${it.name}/${it.version}` !== id && it.layers.includes(id));
  if (above.length === 0) return;
  const names = above.map((it) => `${it.name} ${it.version}`).join(", ");
  throw new CrankcaseError("package_in_use", `${name} ${version} is needed by ${names}`, {
    suggestion: `Uninstall first: ${names}`,
  });
}
