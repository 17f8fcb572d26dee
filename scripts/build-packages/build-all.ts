import { join } from "node:path";
import { archiveCache } from "../../src/packages/archive-cache.ts";
import { type BaseManifest, readBaseManifest } from "../../src/packages/base-manifest.ts";
import { buildBase } from "../../src/packages/build-base.ts";
import { findBuilt, type WantedPackage } from "../../src/packages/find-built.ts";
import type { BuildContext } from "./build-context.ts";
import { buildMissing } from "./build-missing.ts";
import { folderBytes } from "./folder-bytes.ts";
import { megabytes } from "./progress.ts";
import { selectPackages } from "./select-packages.ts";

/** Builds the base and every wanted package that is missing. Whatever it started is gone when this settles. */
export async function buildAll(context: BuildContext): Promise<void> {
  const { dataDir, project, progress } = context;
  const selected = await selectPackages(join(project, "packages-index"), context);
  const base = await presentBase(context);
  const missing: WantedPackage[] = [];
  for (const { name, definition } of selected) {
    const built = await findBuilt(dataDir, { name, definition, base });
    if (built === null) missing.push({ name, definition, base });
    else progress.line(`package ${name} ${built.version}: there already`);
  }
  if (missing.length > 0) await buildMissing(missing, base, context);
}

async function presentBase(context: BuildContext): Promise<BaseManifest> {
  const { suite, dataDir, progress } = context;
  const present = await readBaseManifest(dataDir, suite);
  if (present !== null) {
    progress.line(`base ${suite}: there already`);
    return present;
  }
  const archives = archiveCache(join(dataDir, "cache/archives"));
  const size = () => folderBytes(join(dataDir, "bases", suite, "root"));
  return await progress.step(
    `base ${suite}: make it of Debian's archives`,
    () => buildBase(suite, { ...context, archives }),
    async ({ files }) => `${files.length} archives, ${megabytes(await size())}`,
  );
}
