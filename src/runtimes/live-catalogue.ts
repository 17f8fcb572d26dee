import type { Catalogue } from "./catalogue.ts";
import { latestRun } from "./latest-run.ts";
import { type CatalogueFolders, catalogueFiles, loadCatalogue } from "./load-catalogue.ts";

/** The catalogue as it is now: it changes when packages come and go. */
export interface LiveCatalogue extends Catalogue {
  /**
   * Reads definitions and installed packages again; one that cannot be read leaves everything as it was. What is asked for
   * later reads later: what an earlier reading saw never takes the place of something newer.
   */
  reload(): Promise<void>;
}

/**
 * Reads the catalogue for the first time. `warn` hears of each of the operator's own definitions that is left out, and why,
 * once until that changes. Throws `invalid_definition`.
 */
export async function openCatalogue(
  folders: CatalogueFolders,
  warn: (text: string) => void,
): Promise<LiveCatalogue> {
  const files = catalogueFiles();
  let told = new Set<string>();
  const load = async () => {
    const { catalogue, faults } = await loadCatalogue(folders, files);
    const texts = faults.map(({ message }) => message);
    for (const text of texts.filter((it) => !told.has(it))) warn(`left out: ${text}`);
    told = new Set(texts);
    return catalogue;
  };
  let current = await load();
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
    reload: latestRun(async () => {
      current = await load();
    }),
  };
}
