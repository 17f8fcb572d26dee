import { dirname, relative } from "node:path";
import type { Plugin } from "rolldown";

/** A module that there is in the bundle alone; the files of that lie in folders of lib, two below the release's. */
const PLACE = "crankcase:libraries";
const PLACE_SOURCE = `import { join } from "node:path";
export const inLibrary = (folder) => join(import.meta.dirname, "../../node_modules", folder);
`;

/**
 * For libraries that read files of their own: in a bundle `__dirname` would name nothing, here it is the folder that their
 * package still has in node_modules.
 */
export function libraryFolders(modules: string): Plugin {
  return {
    name: "library-folders",
    resolveId: (id) => (id === PLACE ? { id, moduleSideEffects: false } : null),
    load: (id) => (id === PLACE ? PLACE_SOURCE : null),
    transform: {
      filter: { code: "__dirname" },
      handler: (code, id) => {
        const folder = JSON.stringify(relative(modules, dirname(id)));
        return code.replaceAll(/\b__dirname\b/g, `require("${PLACE}").inLibrary(${folder})`);
      },
    },
  };
}
