import { createHash } from "node:crypto";
import type { PackageManifest } from "../runtimes/package-manifest.ts";
import type { BaseManifest } from "./base-manifest.ts";
import type { PackageVersion } from "./package-definition.ts";

/**
 * What a package is built by, as a SHA-256: its definition, the archives of the base below it, and the packages between the
 * two. A package that was built by another recipe is not the one that is asked for.
 */
export function recipeOf(
  definition: PackageVersion,
  base: BaseManifest,
  below: readonly PackageManifest[],
): string {
  const baseFiles = base.files.map(({ sha256 }) => sha256).sort();
  const packages = below.map(({ name, version }) => `${name}/${version}`);
  return createHash("sha256")
    .update(JSON.stringify([definition, baseFiles, packages]))
    .digest("hex");
}
