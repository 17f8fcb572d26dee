import semver from "semver";
import { type BaseTexts, buildIdentity } from "./build-identity.ts";
import { invalidDefinition } from "./invalid-definition.ts";
import type { LoadedDefinition } from "./join-definitions.ts";
import type { PackageManifest } from "./package-manifest.ts";
import { pistonRuntimes } from "./piston-runtimes.ts";
import type { Runtime } from "./runtime.ts";
import type { RuntimeDefinition } from "./runtime-definition.ts";
import { semverOf } from "./semver-of.ts";

/** Every runtime there is. */
export interface Catalogue {
  /** Every language that is described, also one whose package is not installed. */
  readonly definitions: readonly RuntimeDefinition[];
  /** By language, and the highest version of each first. */
  readonly runtimes: readonly Runtime[];
  /** Every installed package, also one that no definition uses. */
  readonly packages: readonly { readonly name: string; readonly version: string }[];
  /**
   * The highest version of a language, or of its alias, in a semver range; null where there is none. Of equal ones that of
   * a definition comes before that of a package in Piston's format.
   */
  select(name: string, range: string): Runtime | null;
}

/**
 * Joins definitions with what is installed; packages in Piston's format are runtimes by themselves. A definition without its
 * package is no runtime, and no mistake. `bases` has the text of each base's manifest, by the base's name.
 */
export function makeCatalogue(
  definitions: readonly LoadedDefinition[],
  manifests: readonly PackageManifest[],
  bases: BaseTexts = new Map(),
): Catalogue {
  const identify = (manifest: PackageManifest) => buildIdentity(manifest, manifests, bases);
  const own = manifests.filter(({ piston }) => piston === undefined);
  const runtimes = byLanguage([
    ...definitions.flatMap((loaded) => runtimesOf(loaded, own, identify)),
    ...manifests.flatMap((manifest) => pistonRuntimes(manifest, identify(manifest))),
  ]);
  const packages = manifests.map(({ name, version }) => ({ name, version }));
  return { definitions: definitions.map(({ definition }) => definition), packages, ...selection(runtimes) };
}

/** A catalogue of what is installed elsewhere: of runtimes alone, in any order. */
export function catalogueOf(runtimes: readonly Runtime[]): Catalogue {
  return { definitions: [], packages: [], ...selection(byLanguage(runtimes)) };
}

function selection(runtimes: readonly Runtime[]): Pick<Catalogue, "runtimes" | "select"> {
  const called = byName(runtimes);
  return {
    runtimes,
    select: (name, range) =>
      called.get(name)?.find(({ version }) => semver.satisfies(version, range)) ?? null,
  };
}

/** Languages in the order in which they first appear. */
function byLanguage(runtimes: readonly Runtime[]): Runtime[] {
  return [...Map.groupBy(runtimes, ({ language }) => language).values()].flatMap((same) =>
    same.sort(newestFirst),
  );
}

function newestFirst(a: Runtime, b: Runtime): number {
  return semver.rcompare(a.version, b.version);
}

function runtimesOf(
  loaded: LoadedDefinition,
  manifests: readonly PackageManifest[],
  identify: (manifest: PackageManifest) => string,
): Runtime[] {
  const { definition } = loaded;
  return manifests
    .filter((manifest) => manifest.name === definition.package)
    .map((manifest) => runtimeOf(loaded, manifest, identify(manifest)))
    .filter(({ version }) => semver.satisfies(version, definition.versions ?? "*"));
}

function runtimeOf(
  { definition, hasCompile, runVersion = "" }: LoadedDefinition,
  manifest: PackageManifest,
  build: string,
): Runtime {
  return {
    language: definition.language,
    version: runtimeVersion(manifest),
    aliases: definition.aliases ?? [],
    runtime: definition.runtime ?? null,
    mainFile: definition.main_file,
    fileEndings: definition.file_endings,
    environment: definition.environment ?? {},
    limitOverrides: definition.limit_overrides ?? {},
    hasCompile,
    compilerFlags: hasCompile && definition.compiler_flags === true,
    ahead:
      definition.ahead === undefined ? null : { gate: definition.ahead, known: definition.ahead_known ?? [] },
    runVersion,
    executioner: definition.language,
    root: { base: manifest.base, layers: manifest.layers, allow32bit: definition.allow_32bit ?? false },
    build,
  };
}

function runtimeVersion({ name, version }: PackageManifest): string {
  const found = semverOf(version);
  if (found !== null) return found;
  throw invalidDefinition(`${name}/${version}`, "its version holds no number", "version");
}

/** The runtimes that have each name, the highest version first: every job asks for one. */
function byName(runtimes: readonly Runtime[]): ReadonlyMap<string, readonly Runtime[]> {
  const named = new Map<string, Runtime[]>();
  for (const runtime of runtimes) {
    for (const name of new Set([runtime.language, ...runtime.aliases]))
      named.set(name, [...(named.get(name) ?? []), runtime]);
  }
  for (const same of named.values()) same.sort(newestFirst);
  return named;
}
