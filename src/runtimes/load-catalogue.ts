import type { CrankcaseError } from "../errors/crankcase-error.ts";
import { readBaseTexts } from "./build-identity.ts";
import { type Catalogue, makeCatalogue } from "./catalogue.ts";
import {
  type DefinitionFiles,
  type DefinitionFolders,
  definitionFiles,
  readDefinitions,
} from "./read-definitions.ts";
import { type ManifestFiles, manifestFiles, readManifests } from "./read-manifests.ts";

/** Where all that makes runtimes lies. */
export type CatalogueFolders = DefinitionFolders & { readonly dataDir: string };

/** What was read before of definitions and manifests. */
export interface CatalogueFiles {
  readonly definitions: DefinitionFiles;
  readonly manifests: ManifestFiles;
}

/** Nothing is read yet. */
export function catalogueFiles(): CatalogueFiles {
  return { definitions: definitionFiles(), manifests: manifestFiles() };
}

/** A catalogue, and what is wrong with the operator's own definitions that are left out. */
export interface LoadedCatalogue {
  readonly catalogue: Catalogue;
  readonly faults: readonly CrankcaseError[];
}

/** Reads definitions and installed packages from disk. Throws `invalid_definition`. */
export async function loadCatalogue(
  folders: CatalogueFolders,
  files: CatalogueFiles = catalogueFiles(),
): Promise<LoadedCatalogue> {
  const [{ definitions, faults }, manifests] = await Promise.all([
    readDefinitions(folders, files.definitions),
    readManifests(folders.dataDir, files.manifests),
  ]);
  const bases = await readBaseTexts(folders.dataDir, manifests);
  return { catalogue: makeCatalogue(definitions, manifests, bases), faults };
}
