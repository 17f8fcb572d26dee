import type { PackageManifest } from "./package-manifest.ts";
import type { Runtime } from "./runtime.ts";

/** The folder of the command lines of all such runtimes. */
const EXECUTIONER = "piston-package";

/** What Piston calls a file without a name. */
const MAIN_FILE = "file0.code";

/** Where such a package lies in its jails: programs that were built for Piston have this path in them. */
export function pistonFolder({ name, version }: { readonly name: string; readonly version: string }): string {
  return `/piston/packages/${name}/${version}`;
}

/** Whether a runtime comes of such a package. */
export function isPistonRuntime({ executioner }: Pick<Runtime, "executioner">): boolean {
  return executioner === EXECUTIONER;
}

/** The runtimes of a package in Piston's format, with what it was built of; none of any other package. */
export function pistonRuntimes(manifest: PackageManifest, build: string): Runtime[] {
  const { name, version, base, layers, piston } = manifest;
  if (piston === undefined) return [];
  return piston.provides.map(({ language, aliases, limit_overrides: limitOverrides }) => ({
    language,
    version,
    aliases,
    runtime: piston.several ? name : null,
    mainFile: MAIN_FILE,
    fileEndings: [],
    environment: { ...piston.environment, CRANKCASE_PACKAGE_FOLDER: pistonFolder(manifest) },
    limitOverrides,
    hasCompile: piston.has_compile,
    compilerFlags: false,
    ahead: null,
    executioner: EXECUTIONER,
    root: { base, layers, allow32bit: false },
    build,
    runVersion: "",
  }));
}
