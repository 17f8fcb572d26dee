import { createHash } from "node:crypto";
import type { BaseManifest } from "./base-manifest.ts";
import type { PackageVersion } from "./package-definition.ts";

/**
 * What a package is built by, as a SHA-256: its definition, and the archives of the base below it. A package that was built
 * by another recipe is not the one that is asked for.
 */
export function recipeOf(definition: PackageVersion, base: BaseManifest): string {
  const baseFiles = base.files.map(({ sha256 }) => sha256).sort();
  return createHash("sha256")
    .update(JSON.stringify([definition, baseFiles]))
    .digest("hex");
}
