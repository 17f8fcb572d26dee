import semver from "semver";
import { loadConfig } from "../../config/load-config.ts";
import { CrankcaseError } from "../../errors/crankcase-error.ts";
import { asSemver } from "../../packages/select-version.ts";
import type { ApiClient } from "../api-client.ts";
import type { CliContext } from "../context.ts";
import { installedVariables } from "../installed-variables.ts";
import { installVersion } from "./install.ts";
import { type KnownLanguage, knownLanguage } from "./known-language.ts";
import { type PackagesOptions, packagesApi } from "./packages-api.ts";
import { progressView } from "./progress-bar.ts";
import { type RanTest, runTests } from "./run-tests.ts";
import { staleNote } from "./stale-note.ts";
import { wantedPackages } from "./wanted-packages.ts";

/** Options of `crankcase packages test`. */
export interface TestOptions extends PackagesOptions {
  readonly all?: boolean;
}

/** What came of one version. */
interface TestedVersion {
  readonly language: string;
  readonly package: string;
  readonly version: string;
  readonly tests: readonly RanTest[];
}

/**
 * `crankcase packages test LANGUAGE[=RANGE]...`: has the server install what is missing, runs the tests of the definitions
 * there, and resolves with 1 where one failed. Without a range and --all it takes the versions that are installed, or the
 * newest where there is none. Throws `invalid_definition` for a definition that is refused, and what the server answers.
 */
export async function testLanguages(
  words: readonly string[],
  options: TestOptions,
  context: CliContext,
): Promise<number> {
  const env = { ...(await installedVariables()), ...context.env };
  const { config } = await loadConfig({ flags: {}, env, projectDir: context.projectDir });
  const api = await packagesApi(options, context);
  const tested: TestedVersion[] = [];
  for (const { name, version: range } of wantedPackages(words)) {
    const known = await knownLanguage(name, config);
    for (const version of await chosenVersions(known, range, options, api)) {
      const result = await testVersion(known, version, api, options, context);
      tested.push(result);
      if (!options.json) context.stdout.write(lines(result));
      const note = await staleNote(known, version, result.version, config);
      if (note !== null) context.stderr.write(`${note}\n`);
    }
  }
  if (options.json) context.stdout.write(`${JSON.stringify(tested, null, 2)}\n`);
  return tested.every(({ tests }) => tests.every(({ fault }) => fault === null)) ? 0 : 1;
}

/** Versions as the index has them. */
async function chosenVersions(
  { definition, versions }: KnownLanguage,
  range: string | undefined,
  { all }: TestOptions,
  api: ApiClient,
): Promise<string[]> {
  const fitting = versions
    .map(({ version }) => version)
    .filter((version) => semver.satisfies(asSemver(version), range ?? "*"));
  const [newest] = fitting;
  if (newest === undefined) {
    const message = `${definition.language} has no version ${range ?? ""} for this machine's processor`;
    throw new CrankcaseError("unknown_package", message);
  }
  // Asking makes the server look for definitions that are new to it.
  const listed = await api.packages();
  if (all === true || range !== undefined) return fitting;
  // A version of the index that is installed stands there as what was installed.
  const isMissing = (version: string) =>
    listed.some((it) => it.name === definition.package && it.version === version && !it.installed);
  const installed = fitting.filter((version) => !isMissing(version));
  return installed.length > 0 ? installed : [newest];
}

async function testVersion(
  { definition }: KnownLanguage,
  indexed: string,
  api: ApiClient,
  options: TestOptions,
  context: CliContext,
): Promise<TestedVersion> {
  using view = progressView(context);
  const wanted = { name: definition.package, version: `=${asSemver(indexed)}` };
  const { version } = await installVersion(api, wanted, view, options, context);
  const tests = await runTests(definition, asSemver(version), api);
  return { language: definition.language, package: definition.package, version, tests };
}

function lines({ language, version, tests }: TestedVersion): string {
  const each = tests.map(({ name, fault, milliseconds }) =>
    fault === null ? `  ok    ${name} (${milliseconds} ms)\n` : `  FAIL  ${name}: ${fault}\n`,
  );
  const passed = tests.filter(({ fault }) => fault === null).length;
  return `${language} ${version}: ${passed} of ${tests.length} tests passed\n${each.join("")}`;
}
