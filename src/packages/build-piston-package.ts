import { CrankcaseError } from "../errors/crankcase-error.ts";
import type { BuildJail } from "../jail/jail.ts";
import { type PackageManifest, PackageManifestShape } from "../runtimes/package-manifest.ts";
import type { PistonPart } from "../runtimes/piston-part.ts";
import { pistonFolder } from "../runtimes/piston-runtimes.ts";
import { problemText, shapeCheck } from "../schema/shape-check.ts";
import type { CachedFile } from "./archive-cache.ts";
import type { BaseManifest } from "./base-manifest.ts";
import { BUILD_FILES } from "./build-files.ts";
import { type BuildLayerDeps, buildLayer, layersOf } from "./build-layer.ts";
import { readBuildStep, runBuildStep } from "./build-stage.ts";
import { parseEnvironment } from "./parse-environment.ts";
import type { PistonEntry } from "./piston-index.ts";
import { pistonLanguages } from "./piston-package-info.ts";

/** What an archive may unpack to: several times what the largest of Piston's own take. */
const MOST_UNPACKED_BYTES = 16 * 2 ** 30;

/** More than the largest `pkg-info.json` can need. */
const MOST_INFO_BYTES = 64 * 1024;

const COMMANDS = "/executioners/piston-package";

/** What a job's stages have, and so what `environment` finds (src/jobs/stage-request.ts). */
const ENVIRONMENT = {
  PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
  HOME: "/tmp",
  LANG: "C.UTF-8",
};

/** What is built: an entry of the index, its archive, and what lies below it. */
export interface PistonBuilding {
  readonly entry: PistonEntry;
  readonly archive: CachedFile;
  readonly base: BaseManifest;
  /** Packages of the libraries. */
  readonly below: readonly PackageManifest[];
  readonly recipe: string;
}

const check = shapeCheck(PackageManifestShape);

/**
 * Unpacks a package in Piston's format into a layer, at the path at which its programs expect themselves. Everything of it
 * is unpacked, read and sourced in a jail without network; what it says of itself is checked out here. Rejects with
 * `package_failed`, or with what the jail rejects with.
 */
export async function buildPistonPackage(
  building: PistonBuilding,
  deps: BuildLayerDeps,
): Promise<PackageManifest> {
  const { path, size, sha256 } = building.archive;
  const { name, version } = building.entry;
  const file = `${name}-${version}.pkg.tar.gz`;
  const files = [{ path, entry: { name: file, version, size, sha256 } }];
  return await buildLayer({ ...building, files }, deps, async (jail, bytes) => {
    const folder = pistonFolder(building.entry);
    const unpack = [`${COMMANDS}/unpack`, `${BUILD_FILES}/${file}`, folder, String(MOST_UNPACKED_BYTES)];
    await runBuildStep(jail, unpack, bytes);
    const piston = await readPackage(jail, folder, building.entry);
    const manifest = manifestOf(building, files, piston);
    // A manifest without its shape would keep the daemon from its next start.
    const problem = check(manifest);
    if (problem === null) return manifest;
    throw new CrankcaseError("package_failed", problemText(problem, "the manifest"));
  });
}

async function readPackage(jail: BuildJail, folder: string, entry: PistonEntry): Promise<PistonPart> {
  const info = ["/usr/bin/head", `--bytes=${MOST_INFO_BYTES}`, "--", `${folder}/pkg-info.json`];
  const languages = pistonLanguages((await readBuildStep(jail, info)).toString(), entry);
  const listing = ["/usr/bin/find", folder, "-mindepth", "1", "-maxdepth", "1", "-printf", "%f\\0"];
  const names = (await readBuildStep(jail, listing)).toString().split("\0");
  if (!names.includes("run")) throw new CrankcaseError("package_failed", `${entry.name} has no run`);
  const environment = names.includes("environment")
    ? parseEnvironment(
        await readBuildStep(jail, [`${COMMANDS}/environment`, folder], ENVIRONMENT),
        ENVIRONMENT,
      )
    : {};
  return { ...languages, has_compile: names.includes("compile"), environment };
}

function manifestOf(
  { entry: { name, version }, base, below, recipe }: PistonBuilding,
  files: readonly { readonly entry: PackageManifest["files"][number] }[],
  piston: PistonPart,
): PackageManifest {
  return {
    format: 1,
    name,
    version,
    base: base.suite,
    layers: [`${name}/${version}`, ...layersOf(below)],
    architecture: base.architecture,
    suite: base.suite,
    files: files.map(({ entry }) => entry),
    recipe,
    piston,
    builtAt: new Date().toISOString(),
  };
}
