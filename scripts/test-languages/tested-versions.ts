import { join } from "node:path";
import semver from "semver";
import { CrankcaseError } from "../../src/errors/crankcase-error.ts";
import type { InstallDeps } from "../../src/packages/install-deps.ts";
import type { SelectedPackage } from "../../src/packages/select-version.ts";
import { readDefinitions } from "../../src/runtimes/read-definitions.ts";
import type { RuntimeDefinition } from "../../src/runtimes/runtime-definition.ts";
import { semverOf } from "../../src/runtimes/semver-of.ts";

/** One version of a language, and the package that brings it. */
export interface TestedVersion {
  readonly definition: RuntimeDefinition;
  readonly selected: SelectedPackage;
}

/** Every version that the index has of each language; no name: of all. Throws `invalid_request` for an unknown one. */
export async function testedVersions(
  project: string,
  { index, architecture }: InstallDeps,
  names: readonly string[],
): Promise<TestedVersion[]> {
  const [runtimesDir, executionersDir] = [join(project, "runtimes"), join(project, "executioners")];
  const read = await readDefinitions({ runtimesDir, executionersDir, definitionsDir: null });
  const definitions = read.definitions.map(({ definition }) => definition);
  const unknown = names.find((name) => !definitions.some(({ language }) => language === name));
  if (unknown !== undefined) throw new CrankcaseError("invalid_request", `there is no language ${unknown}`);
  return definitions
    .filter(({ language }) => names.length === 0 || names.includes(language))
    .flatMap((definition) => {
      const versions = index.get(definition.package)?.versions ?? [];
      return versions
        .filter(({ architectures }) => architectures.includes(architecture))
        .filter(({ version }) => semver.satisfies(semverOf(version) ?? "0.0.0", definition.versions ?? "*"))
        .map((it) => ({ definition, selected: { name: definition.package, definition: it } }));
    });
}
