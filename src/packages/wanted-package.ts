import type { PackageManifest } from "../runtimes/package-manifest.ts";
import type { BaseManifest } from "./base-manifest.ts";
import type { PackageVersion } from "./package-definition.ts";

/** What is to be built: a package's name, one version of its definition, and what it goes on. */
export interface WantedPackage {
  readonly name: string;
  readonly definition: PackageVersion;
  readonly base: BaseManifest;
  /** The packages below it. */
  readonly below: readonly PackageManifest[];
  /** SHA-256 of each file of its own that the index has. */
  readonly ownFiles: readonly string[];
}
