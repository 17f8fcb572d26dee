import { createHash } from "node:crypto";
import type { WantedPackage } from "./wanted-package.ts";

/**
 * What a package is built by, as a SHA-256: where its bits come from and what is done to them, the archives of the base below
 * it, and the packages between the two. A package that was built by another recipe is not the one that is asked for.
 */
export function recipeOf({ definition, base, below, ownFiles }: WantedPackage): string {
  const { source, fixups = [] } = definition;
  const baseFiles = base.files.map(({ sha256 }) => sha256).sort();
  const packages = below.map(({ name, version }) => `${name}/${version}`);
  return createHash("sha256")
    .update(JSON.stringify([source, fixups, ownFiles, baseFiles, packages]))
    .digest("hex");
}
