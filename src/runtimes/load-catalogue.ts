import { type Catalogue, makeCatalogue } from "./catalogue.ts";
import { type DefinitionFolders, readDefinitions } from "./read-definitions.ts";
import { readManifests } from "./read-manifests.ts";

/** Reads definitions and installed packages from disk. Throws `invalid_definition`. */
export async function loadCatalogue(
  folders: DefinitionFolders & { readonly dataDir: string },
): Promise<Catalogue> {
  const [definitions, manifests] = await Promise.all([
    readDefinitions(folders),
    readManifests(folders.dataDir),
  ]);
  return makeCatalogue(definitions, manifests);
}
