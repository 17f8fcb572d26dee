import type { Config } from "../../config/config.ts";
import { CrankcaseError } from "../../errors/crankcase-error.ts";
import { debianArchitecture } from "../../packages/debian-architecture.ts";
import { type IndexedPackage, loadPackageIndex } from "../../packages/load-package-index.ts";
import type { PackageVersion } from "../../packages/package-definition.ts";
import { fittingVersions } from "../../packages/select-version.ts";
import { invalidDefinition } from "../../runtimes/invalid-definition.ts";
import { readDefinitions } from "../../runtimes/read-definitions.ts";
import type { RuntimeDefinition } from "../../runtimes/runtime-definition.ts";
import { didYouMean } from "../../schema/closest-name.ts";

/** A language that is described on this machine. */
export interface KnownLanguage {
  readonly definition: RuntimeDefinition;
  readonly indexed: IndexedPackage;
  /** Those of its package that it fits and that can be built here, the newest first. */
  readonly versions: readonly PackageVersion[];
}

/**
 * Finds a language by its name or an alias, among the built-in ones and the operator's own. Throws `invalid_command` where
 * there is none, and `invalid_definition`, with file and key, where its definition or its package's is refused.
 */
export async function knownLanguage(name: string, config: Config): Promise<KnownLanguage> {
  const { definitions, faults } = await readDefinitions(config);
  const found = definitions.find(
    ({ definition: { language, aliases = [] } }) => language === name || aliases.includes(name),
  );
  if (found === undefined) {
    const fault = faults.find(({ message }) =>
      new RegExp(`(^|/)${RegExp.escape(name)}\\.yaml: `).test(message),
    );
    throw (
      fault ??
      noLanguage(
        name,
        definitions.map(({ definition }) => definition.language),
      )
    );
  }
  const { definition } = found;
  const { packages, faults: packageFaults } = await loadPackageIndex(config);
  const packageFault = packageFaults.get(definition.package);
  if (packageFault !== undefined) throw packageFault;
  const indexed = packages.get(definition.package);
  if (indexed === undefined) {
    throw invalidDefinition(
      `${definition.language}.yaml`,
      `no packages-index has ${definition.package}.yaml`,
      "package",
    );
  }
  const architecture = debianArchitecture(process.arch);
  return {
    definition,
    indexed,
    versions: fittingVersions(indexed, definition.versions ?? "*", architecture),
  };
}

function noLanguage(name: string, languages: readonly string[]): CrankcaseError {
  return new CrankcaseError("invalid_command", `There is no language ${name}.${didYouMean(name, languages)}`);
}
