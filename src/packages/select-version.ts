import semver from "semver";
import { CrankcaseError } from "../errors/crankcase-error.ts";
import { semverOf } from "../runtimes/semver-of.ts";
import { didYouMean } from "../schema/closest-name.ts";
import type { Architecture, PackageDefinition, PackageVersion } from "./package-definition.ts";

/** A package and one version of its definition. */
export interface SelectedPackage {
  readonly name: string;
  readonly definition: PackageVersion;
}

/** A package by its name, and which of its versions will do. */
export interface WantedVersion {
  readonly name: string;
  /** Semver range; `*` is any. */
  readonly range: string;
  /** Debian suite that it must be of; any where it is left out. */
  readonly suite?: string;
}

/**
 * The version of a package in a range that can be built for this processor: the one that stands first in its definition, which
 * is the highest, but for those of suites in the making. Throws `unknown_package`: no such package, or no such version.
 */
export function selectVersion(
  index: ReadonlyMap<string, PackageDefinition>,
  { name, range, suite }: WantedVersion,
  architecture: Architecture,
): SelectedPackage {
  const versions = index.get(name)?.versions;
  if (versions === undefined) {
    const suggestion = didYouMean(name, [...index.keys()]).trim();
    throw new CrankcaseError("unknown_package", `There is no package ${name}`, {
      field: "language",
      ...(suggestion === "" ? {} : { suggestion }),
    });
  }
  const [definition] = fittingVersions({ versions }, range, architecture).filter(
    ({ source }) => suite === undefined || source.suite === suite,
  );
  if (definition !== undefined) return { name, definition };
  throw new CrankcaseError(
    "unknown_package",
    `The package ${name} has no version ${range} for ${architecture}`,
    {
      field: "version",
      suggestion: `There are: ${versions.map(({ version }) => version).join(", ")}`,
    },
  );
}

/** The versions of a package in a range that can be built for this processor, in the order of the definition. */
export function fittingVersions(
  { versions }: Pick<PackageDefinition, "versions">,
  range: string,
  architecture: Architecture,
): PackageVersion[] {
  return versions
    .filter(({ architectures }) => architectures.includes(architecture))
    .filter(({ version }) => semver.satisfies(asSemver(version), range));
}

/** A package's version as semver; its definition's pattern asks for a number in front. */
export function asSemver(version: string): string {
  return semverOf(version) ?? "0.0.0";
}
