import type { PackageManifest } from "../runtimes/package-manifest.ts";

/** One file to be installed: our own copy of it, and the name under which the build jail sees it. */
export interface Ingredient {
  readonly path: string;
  readonly entry: PackageManifest["files"][number];
}

/** Everything that a package is made of, resolved and fetched. */
export interface Ingredients {
  /** Version of the language as its suite or registry has it. */
  readonly version: string;
  readonly files: readonly Ingredient[];
}
