import { installPackage } from "../../src/packages/install-package.ts";
import { selectVersion } from "../../src/packages/select-version.ts";
import type { BuildContext } from "./build-context.ts";
import { openInstallPlace } from "./install-place.ts";

/** Builds every wanted package that is missing, with its base. Whatever it started is gone when this settles. */
export async function buildAll(context: BuildContext): Promise<void> {
  await using place = await openInstallPlace(context);
  const { deps } = place;
  for (const wanted of context.wanted) {
    await installPackage(selectVersion(deps.index, wanted, deps.architecture), deps);
  }
}
