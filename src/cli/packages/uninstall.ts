import type { PackageRequest } from "../../api/package-request.ts";
import { CrankcaseError } from "../../errors/crankcase-error.ts";
import type { ApiClient } from "../api-client.ts";
import type { CliContext } from "../context.ts";
import { failure, finish, type Outcome, told } from "./outcome.ts";
import { type PackagesOptions, packagesApi } from "./packages-api.ts";
import { wantedPackages } from "./wanted-packages.ts";

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
    for (const wanted of left) {
      const outcome = await api.uninstallPackage(wanted).catch((error: unknown) => {
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
