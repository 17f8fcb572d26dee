import { resolve } from "node:path";
import type { PackageChange } from "../../api/package-info.ts";
import type { PackageRequest } from "../../api/package-request.ts";
import { CrankcaseError } from "../../errors/crankcase-error.ts";
import type { ApiClient } from "../api-client.ts";
import type { CliContext } from "../context.ts";
import { makeBase } from "./make-base.ts";
import { failure, finish, type Outcome, told } from "./outcome.ts";
import { type PackagesOptions, packagesApi } from "./packages-api.ts";
import { type ProgressView, progressView } from "./progress-bar.ts";
import { exactly, wantedPackages } from "./wanted-packages.ts";

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
