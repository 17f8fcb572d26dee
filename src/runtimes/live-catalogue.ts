import type { Catalogue } from "./catalogue.ts";
import { loadCatalogue } from "./load-catalogue.ts";
import type { DefinitionFolders } from "./read-definitions.ts";

/** The catalogue as it is now: it changes when packages come and go. */
export interface LiveCatalogue extends Catalogue {
  /**
   * Reads definitions and installed packages again; one that cannot be read leaves everything as it was. What is asked for
   * later reads later: what an earlier reading saw never takes the place of something newer.
   */
  reload(): Promise<void>;
}

/** Reads the catalogue for the first time. Throws `invalid_definition`. */
export async function openCatalogue(
  folders: DefinitionFolders & { readonly dataDir: string },
): Promise<LiveCatalogue> {
  let current = await loadCatalogue(folders);
  let reading = Promise.resolve();
  const read = async () => {
    current = await loadCatalogue(folders);
  };
  return {
    get definitions() {
      return current.definitions;
    },
    get runtimes() {
      return current.runtimes;
    },
    get packages() {
      return current.packages;
    },
    select: (name, range) => current.select(name, range),
    reload() {
      const mine = reading.then(read);
      reading = mine.catch(() => undefined);
      return mine;
    },
  };
}
