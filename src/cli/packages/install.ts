import { resolve } from "node:path";
import type { PackageChange } from "../../api/package-info.ts";
import type { PackageRequest } from "../../api/package-request.ts";
import { CrankcaseError } from "../../errors/crankcase-error.ts";
import { errorTable } from "../../errors/error-table.ts";
import type { ApiClient } from "../api-client.ts";
import type { CliContext } from "../context.ts";
import { OWN_FAILURE } from "../exit-codes.ts";
import { makeBase } from "./make-base.ts";
import { type PackagesOptions, packagesApi } from "./packages-api.ts";
import { progressView } from "./progress-bar.ts";
import { exactly, wantedPackages } from "./wanted-packages.ts";

/** What became of one package: what it is now, or why not. */
type Outcome = PackageChange | { readonly name: string; readonly error: string };

/** A change of one package. */
type Change = (wanted: PackageRequest) => Promise<PackageChange>;

/** Options of `crankcase packages install`. */
export interface InstallOptions extends PackagesOptions {
  /** Folder of a bundle. */
  readonly from?: string;
}

/** `crankcase packages install NAME[=RANGE]...` */
export async function install(words: readonly string[], options: InstallOptions, context: CliContext) {
  const wanted = wantedPackages(words);
  const api = await packagesApi(options, context);
  return finish(await installEach(wanted, api, options, context), options, context);
}

/** Installs packages one after the other, and their bases where they are missing and can be made here. */
export async function installEach(
  words: readonly PackageRequest[],
  api: ApiClient,
  options: InstallOptions,
  context: CliContext,
): Promise<Outcome[]> {
  const from = options.from === undefined ? {} : { from: resolve(options.from) };
  const wanted = words.map((one) => ({ ...one, ...from }));
  using view = progressView(context);
  const change: Change = async (one) => {
    try {
      return await api.installPackage(one, view.show);
    } catch (error) {
      const suite = missingBase(error);
      // Elsewhere than on the server's machine it would be made in the wrong place.
      if (suite === undefined || context.uid !== 0 || options.url !== undefined) throw error;
      await makeBase(suite, context);
      return await api.installPackage(one, view.show);
    }
  };
  return await changeEach(wanted, change, options, context);
}

/** `crankcase packages uninstall NAME[=RANGE]...` */
export async function uninstall(words: readonly string[], options: PackagesOptions, context: CliContext) {
  const api = await packagesApi(options, context);
  const { changed, inUse } = await uninstallInOrder(wantedPackages(words), api, options, context);
  const refused = inUse.map(({ wanted, error }) => failure(wanted.name, error, context));
  return finish([...changed, ...refused], options, context);
}

/** What became of several packages that were to be removed. */
export interface Uninstalled {
  readonly changed: readonly Outcome[];
  /** Those that another installed package is built on. */
  readonly inUse: readonly { readonly wanted: PackageRequest; readonly error: CrankcaseError }[];
}

/** Removes packages, and those that others of them are built on after these. */
export async function uninstallInOrder(
  words: readonly PackageRequest[],
  api: ApiClient,
  options: PackagesOptions,
  context: CliContext,
): Promise<Uninstalled> {
  const changed: Outcome[] = [];
  for (let left = words; ; ) {
    const inUse: { wanted: PackageRequest; error: CrankcaseError }[] = [];
    const remove: Change = (one) => api.uninstallPackage(one);
    for (const wanted of left) {
      const outcome = await remove(wanted).catch((error: unknown) => {
        if (!isInUse(error)) return failure(wanted.name, error, context);
        inUse.push({ wanted, error });
        return null;
      });
      if (outcome !== null) changed.push(told(outcome, options, context));
    }
    if (inUse.length === 0 || inUse.length === left.length) return { changed, inUse };
    left = inUse.map(({ wanted }) => wanted);
  }
}

function isInUse(error: unknown): error is CrankcaseError {
  return error instanceof CrankcaseError && error.code === "package_in_use";
}

/** `crankcase packages upgrade [NAME[=RANGE]...]`: no name means everything that is installed. */
export async function upgrade(words: readonly string[], options: PackagesOptions, context: CliContext) {
  const api = await packagesApi(options, context);
  const installed = (await api.packages()).filter((it) => it.installed);
  const all = () => wantedPackages(installed.map(exactly));
  const wanted = words.length > 0 ? wantedPackages(words) : all();
  using view = progressView(context);
  const change: Change = (one) => api.installPackage({ ...one, upgrade: true }, view.show);
  return finish(await changeEach(wanted, change, options, context), options, context);
}

/** The suite whose base the server has not; undefined for another error. */
function missingBase(error: unknown): string | undefined {
  if (!(error instanceof CrankcaseError) || error.code !== "base_missing") return undefined;
  return error.field?.replace(/^bases\//, "");
}

/** One after the other; one that fails does not keep the others. */
async function changeEach(
  wanted: readonly PackageRequest[],
  change: Change,
  options: PackagesOptions,
  context: CliContext,
): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const one of wanted) {
    const outcome = await change(one).catch((error: unknown) => failure(one.name, error, context));
    outcomes.push(told(outcome, options, context));
  }
  return outcomes;
}

/** Tells of a change as soon as it is done, where that is not to be JSON. */
function told(outcome: Outcome, { json }: PackagesOptions, { stdout }: CliContext): Outcome {
  if (!json && !("error" in outcome)) stdout.write(`${outcome.name} ${outcome.version}\n`);
  return outcome;
}

/** Writes all outcomes where they are to be JSON, and gives the exit code. */
export function finish(
  outcomes: readonly Outcome[],
  { json }: PackagesOptions,
  { stdout }: CliContext,
): number {
  if (json) stdout.write(`${JSON.stringify(outcomes, null, 2)}\n`);
  return outcomes.some((outcome) => "error" in outcome) ? OWN_FAILURE : 0;
}

function failure(name: string, error: unknown, context: CliContext): Outcome {
  if (!(error instanceof CrankcaseError) || context.stop.aborted) throw error;
  context.stderr.write(`crankcase: ${error.message}\nhint: ${errorTable[error.code].hint}\n`);
  return { name, error: error.message };
}
