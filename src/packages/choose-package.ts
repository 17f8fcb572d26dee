import semver from "semver";
import { CrankcaseError } from "../errors/crankcase-error.ts";
import type { PackageManifest } from "../runtimes/package-manifest.ts";
import { didYouMean } from "../schema/closest-name.ts";
import type { Architecture, PackageDefinition } from "./package-definition.ts";
import type { PistonEntry } from "./piston-index.ts";
import { asSemver, type SelectedPackage, selectVersion, type WantedVersion } from "./select-version.ts";

/** Everything that packages can be chosen from. */
export interface KnownPackages {
  readonly index: ReadonlyMap<string, PackageDefinition>;
  readonly installed: readonly PackageManifest[];
  readonly architecture: Architecture;
  /** What an index of Piston's format holds. */
  readonly entries: readonly PistonEntry[];
}

/** One of our own packages, or one in Piston's format. */
export type ChosenPackage = { readonly selected: SelectedPackage } | { readonly entry: PistonEntry };

/** The entries that are no version of a package of our own: where both have one, ours counts, and nothing replaces it. */
export function offeredEntries({ index, installed, architecture, entries }: KnownPackages): PistonEntry[] {
  const own = [...index.values()].flatMap(({ name, versions }) =>
    versions
      .filter(({ architectures }) => architectures.includes(architecture))
      .map(({ version }) => `${name}/${asSemver(version)}`),
  );
  const built = installed
    .filter(({ piston }) => piston === undefined)
    .map(({ name, version }) => `${name}/${asSemver(version)}`);
  const taken = new Set([...own, ...built]);
  return entries.filter(({ name, version }) => !taken.has(`${name}/${version}`));
}

/** The highest version of a package in a range that either index has. Throws `unknown_package`. */
export function choosePackage(known: KnownPackages, wanted: WantedVersion): ChosenPackage {
  const offered = offeredEntries(known);
  const [entry] = offered
    .filter(({ name, version }) => name === wanted.name && semver.satisfies(version, wanted.range))
    .sort((a, b) => semver.rcompare(a.version, b.version));
  const own = ownPackage(known, wanted);
  if (entry === undefined) {
    if (own instanceof CrankcaseError) throw unknownIn(offered, known, wanted) ?? own;
    return { selected: own };
  }
  const isHigher =
    own instanceof CrankcaseError || semver.gt(entry.version, asSemver(own.definition.version));
  return isHigher ? { entry } : { selected: own };
}

function ownPackage(
  { index, architecture }: KnownPackages,
  wanted: WantedVersion,
): SelectedPackage | CrankcaseError {
  try {
    return selectVersion(index, wanted, architecture);
  } catch (error) {
    if (error instanceof CrankcaseError && error.code === "unknown_package") return error;
    throw error;
  }
}

/** What our own index cannot say: the versions and the names that the other one has besides. */
function unknownIn(
  offered: readonly PistonEntry[],
  { index }: KnownPackages,
  { name, range }: WantedVersion,
): CrankcaseError | null {
  const versions = offered.filter((it) => it.name === name).map(({ version }) => version);
  if (versions.length > 0) {
    const all = [...(index.get(name)?.versions.map(({ version }) => version) ?? []), ...versions];
    return new CrankcaseError("unknown_package", `The package ${name} has no version ${range}`, {
      field: "version",
      suggestion: `There are: ${all.join(", ")}`,
    });
  }
  if (index.has(name)) return null;
  const suggestion = didYouMean(name, [...index.keys(), ...offered.map((it) => it.name)]).trim();
  return new CrankcaseError("unknown_package", `There is no package ${name}`, {
    field: "language",
    ...(suggestion === "" ? {} : { suggestion }),
  });
}
