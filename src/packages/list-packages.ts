import semver from "semver";
import type { PackageManifest } from "../runtimes/package-manifest.ts";
import type { Architecture, PackageDefinition } from "./package-definition.ts";
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
}

/** Packages by name, the newest version of each first. */
export function listPackages(
  index: ReadonlyMap<string, PackageDefinition>,
  installed: readonly PackageManifest[],
  architecture: Architecture,
): PackageListing[] {
  const listings: PackageListing[] = [];
  const shown = new Set<PackageManifest>();
  for (const { name, versions } of index.values()) {
    for (const { version, architectures, source, size_mb: sizeMb, provides } of versions) {
      const manifest = installed.find((it) => it.name === name && (it.definition ?? it.version) === version);
      if (manifest !== undefined) shown.add(manifest);
      else if (!architectures.includes(architecture)) continue;
      const shownVersion = manifest?.version ?? version;
      const isInstalled = manifest !== undefined;
      listings.push({
        name,
        version: shownVersion,
        installed: isInstalled,
        suite: source.suite,
        sizeMb,
        provides,
      });
    }
  }
  for (const manifest of installed.filter((it) => !shown.has(it))) {
    const { name, version, suite } = manifest;
    listings.push({ name, version, installed: true, suite, sizeMb: null, provides: [] });
  }
  return listings.sort(
    (a, b) => compare(a.name, b.name) || semver.rcompare(asSemver(a.version), asSemver(b.version)),
  );
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
