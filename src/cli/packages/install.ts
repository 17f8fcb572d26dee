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
import { type ProgressView, progressView } from "./progress-bar.ts";
import { wantedPackages } from "./wanted-packages.ts";

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
  const from = options.from === undefined ? {} : { from: resolve(options.from) };
  const wanted = wantedPackages(words).map((one) => ({ ...one, ...from }));
  const api = await packagesApi(options, context);
  using view = progressView(context);
  const change: Change = (one) => installVersion(api, one, view, options, context);
  return await changeEach(wanted, change, options, context);
}

/** Installs one package, and its suite's base where it is missing and this is the server's machine, as root. */
export async function installVersion(
  api: ApiClient,
  wanted: PackageRequest,
  view: ProgressView,
  { url }: PackagesOptions,
  context: CliContext,
): Promise<PackageChange> {
  try {
    return await api.installPackage(wanted, view.show);
  } catch (error) {
    const suite = missingBase(error);
    // Elsewhere than on the server's machine it would be made in the wrong place.
    if (suite === undefined || context.uid !== 0 || url !== undefined) throw error;
    await makeBase(suite, context);
    return await api.installPackage(wanted, view.show);
  }
}

/** `crankcase packages uninstall NAME[=RANGE]...` */
export async function uninstall(words: readonly string[], options: PackagesOptions, context: CliContext) {
  const wanted = wantedPackages(words);
  const api = await packagesApi(options, context);
  return await changeEach(wanted, (one) => api.uninstallPackage(one), options, context);
}

/** `crankcase packages upgrade [NAME[=RANGE]...]`: no name means everything that is installed. */
export async function upgrade(words: readonly string[], options: PackagesOptions, context: CliContext) {
  const api = await packagesApi(options, context);
  const installed = (await api.packages()).filter((it) => it.installed);
  const all = () => installed.map(({ name, version }) => ({ name, version: `=${version}` }));
  const wanted = words.length > 0 ? wantedPackages(words) : all();
  using view = progressView(context);
  const change: Change = (one) => api.installPackage({ ...one, upgrade: true }, view.show);
  return await changeEach(wanted, change, options, context);
}

/** The suite whose base the server has not; undefined for another error. */
function missingBase(error: unknown): string | undefined {
  if (!(error instanceof CrankcaseError) || error.code !== "base_missing") return undefined;
  return error.field?.replace(/^bases\//, "");
}

/** One after the other; one that fails does not keep the others. Resolves with the exit code. */
async function changeEach(
  wanted: readonly PackageRequest[],
  change: Change,
  { json }: PackagesOptions,
  context: CliContext,
): Promise<number> {
  const outcomes: Outcome[] = [];
  for (const one of wanted) {
    const outcome = await change(one).catch((error: unknown) => failure(one.name, error, context));
    outcomes.push(outcome);
    if (!json && !("error" in outcome)) context.stdout.write(`${outcome.name} ${outcome.version}\n`);
  }
  if (json) context.stdout.write(`${JSON.stringify(outcomes, null, 2)}\n`);
  return outcomes.some((outcome) => "error" in outcome) ? OWN_FAILURE : 0;
}

function failure(name: string, error: unknown, context: CliContext): Outcome {
  if (!(error instanceof CrankcaseError) || context.stop.aborted) throw error;
  context.stderr.write(`crankcase: ${error.message}\nhint: ${errorTable[error.code].hint}\n`);
  return { name, error: error.message };
}
