import { CrankcaseError } from "../../src/errors/crankcase-error.ts";
import { loadPackageIndex } from "../../src/packages/load-package-index.ts";
import type {
  Architecture,
  PackageDefinition,
  PackageVersion,
} from "../../src/packages/package-definition.ts";

/** What to build: a package and one version of its definition. */
export interface SelectedPackage {
  readonly name: string;
  readonly definition: PackageVersion;
}

/** Which packages are wanted, and for what. */
export interface Selection {
  /** Empty: all that can be built. */
  readonly names: readonly string[];
  readonly suite: string;
  readonly architecture: Architecture;
}

/** The newest version of each wanted package that fits suite and architecture. Rejects with `invalid_request`. */
export async function selectPackages(folder: string, selection: Selection): Promise<SelectedPackage[]> {
  const index = await loadPackageIndex(folder);
  const names = selection.names.length > 0 ? selection.names : [...index.keys()];
  return names.flatMap((name) => {
    const definition = newest(index.get(name), selection);
    if (definition !== undefined) return [{ name, definition }];
    if (selection.names.length === 0) return [];
    const reason = index.has(name) ? "has no version for this suite and processor" : "is no package";
    throw new CrankcaseError(
      "invalid_request",
      `${name} ${reason}; there are: ${[...index.keys()].join(", ")}`,
    );
  });
}

function newest(definition: PackageDefinition | undefined, { suite, architecture }: Selection) {
  return definition?.versions.find(
    ({ source, architectures }) => suiteOf(source) === suite && architectures.includes(architecture),
  );
}

function suiteOf({ apt, npm }: PackageVersion["source"]): string | undefined {
  return (apt ?? npm)?.suite;
}
