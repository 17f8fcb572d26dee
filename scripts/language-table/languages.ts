import { join } from "node:path";
import semver from "semver";
import { type IndexedPackage, loadPackageIndex } from "../../src/packages/load-package-index.ts";
import type { PackageVersion } from "../../src/packages/package-definition.ts";
import { asSemver } from "../../src/packages/select-version.ts";
import { readDefinitions } from "../../src/runtimes/read-definitions.ts";
import type { RuntimeDefinition } from "../../src/runtimes/runtime-definition.ts";

/** What a table tells of a language. */
export interface ListedLanguage {
  readonly language: string;
  readonly aliases: readonly string[];
  readonly package: string;
  /** The first one is what comes where nobody asks for another. */
  readonly versions: readonly PackageVersion[];
}

/** The built-in languages, by name. Throws `invalid_definition`. */
export async function listedLanguages(project: string): Promise<ListedLanguage[]> {
  const folders = {
    runtimesDir: join(project, "runtimes"),
    executionersDir: join(project, "executioners"),
    packagesIndexDir: join(project, "packages-index"),
    definitionsDir: null,
  };
  const { definitions } = await readDefinitions(folders);
  const { packages } = await loadPackageIndex(folders);
  return definitions.map(({ definition }) => listed(definition, packages.get(definition.package)));
}

function listed(definition: RuntimeDefinition, indexed: IndexedPackage | undefined): ListedLanguage {
  const { language, aliases = [], versions: range = "*" } = definition;
  const versions = (indexed?.versions ?? []).filter(({ version }) =>
    semver.satisfies(asSemver(version), range),
  );
  return { language, aliases, package: definition.package, versions };
}
