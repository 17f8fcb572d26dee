import semver from "semver";
import type { PackageManifest } from "../runtimes/package-manifest.ts";
import type { Architecture, PackageDefinition } from "./package-definition.ts";
import type { PistonEntry } from "./piston-index.ts";
import { PISTON_LIBRARIES } from "./piston-libraries.ts";
import { asSemver } from "./select-version.ts";

/** One version of a package: of the index, installed, or both. */
export interface PackageListing {
  readonly name: string;
  /** As installed, else as the index has it. */
  readonly version: string;
  readonly installed: boolean;
  /** Debian suite of its base. */
  readonly suite: string;
  /** What its layer takes on disk, in MB, where the index tells. */
  readonly sizeMb: number | null;
  readonly provides: readonly string[];
  /** Of a package in Piston's format, the languages that it brings, known once it is installed; null of our own. */
  readonly pistonLanguages: readonly string[] | null;
}

/** All that there is to list. */
export interface ListedPackages {
  readonly index: ReadonlyMap<string, PackageDefinition>;
  readonly installed: readonly PackageManifest[];
  readonly architecture: Architecture;
  /** What an index of Piston's format offers besides. */
  readonly offered: readonly PistonEntry[];
}

/** Packages by name, the newest version of each first. */
export function listPackages({ index, installed, architecture, offered }: ListedPackages): PackageListing[] {
  const listings: PackageListing[] = [];
  const shown = new Set<PackageManifest>();
  for (const described of index.values()) {
    const { name, versions } = described;
    for (const { version, architectures, source, size_mb: sizeMb, provides } of versions) {
      const manifest = installedAs(version, described, installed);
      if (manifest !== undefined) shown.add(manifest);
      else if (!architectures.includes(architecture)) continue;
      const is = { version: manifest?.version ?? version, installed: manifest !== undefined };
      listings.push({ name, ...is, suite: source.suite, sizeMb, provides, pistonLanguages: null });
    }
  }
  for (const { name, version, suite, piston } of installed.filter((it) => !shown.has(it))) {
    const pistonLanguages = piston?.provides.map(({ language }) => language) ?? null;
    listings.push({ name, version, installed: true, suite, sizeMb: null, provides: [], pistonLanguages });
  }
  listings.push(...offeredListings(index, offered, installed));
  return listings.sort(
    (a, b) => compare(a.name, b.name) || semver.rcompare(asSemver(a.version), asSemver(b.version)),
  );
}

function offeredListings(
  index: ListedPackages["index"],
  offered: readonly PistonEntry[],
  installed: readonly PackageManifest[],
): PackageListing[] {
  const suite = index.get(PISTON_LIBRARIES)?.versions[0]?.source.suite ?? "";
  return offered
    .filter(({ name, version }) => !installed.some((it) => it.name === name && it.version === version))
    .map(({ name, version }) => ({
      ...{ name, version, installed: false, suite, sizeMb: null, provides: [], pistonLanguages: [] },
    }));
}

/**
 * What was installed by a version of a definition. One whose version was mended since describes what is installed under the
 * version that it has now.
 */
function installedAs(
  version: string,
  { name, versions }: PackageDefinition,
  installed: readonly PackageManifest[],
): PackageManifest | undefined {
  const ofName = installed.filter((it) => it.name === name && it.piston === undefined);
  const isOrphan = ({ definition }: PackageManifest) => !versions.some((it) => it.version === definition);
  return (
    ofName.find((it) => it.definition === version) ??
    ofName.find((it) => it.version === version && isOrphan(it))
  );
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
