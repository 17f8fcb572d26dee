import { BUILD_FILES } from "./build-files.ts";
import { leftoversCommand } from "./leftovers.ts";
import { npmFileName, npmPackagesFor } from "./npm-ingredients.ts";
import type { PackageVersion } from "./package-definition.ts";
import type { NpmPackage } from "./package-source.ts";

// Paths of programs are those that every suite has: bullseye keeps some in /bin alone.

/** apt's caches lie on the jail's tmpfs: they are of no use in a layer. */
const APT_CACHE = "/tmp/apt";

/** Environment of a build's steps: no questions, and the locale that every base has. */
export const buildEnvironment: Readonly<Record<string, string>> = {
  PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
  HOME: "/tmp",
  LANG: "C.UTF-8",
  DEBIAN_FRONTEND: "noninteractive",
};

/** What is built of what. */
export interface Building {
  readonly name: string;
  readonly definition: PackageVersion;
  /** Debian's name of the processor. */
  readonly architecture: string;
  /** Names of the gathered files. */
  readonly files: readonly string[];
}

/**
 * The commands that turn gathered files into a layer, in order: install, fixups, a look for the commands it must provide,
 * and the removal of what nobody reads again.
 */
export function buildSteps({ name, definition, architecture, files }: Building): string[][] {
  const { source, fixups = [], provides } = definition;
  const folder = `/opt/${name}`;
  const npmPackages = npmPackagesFor(source.npm, architecture);
  const own = source.files ?? [];
  return [
    ...aptSteps(files.filter((file) => file.endsWith(".deb"))),
    ...npmPackages.flatMap((npmPackage) => npmSteps(folder, npmPackage)),
    ...ownSteps(folder, own),
    // Who owned a file and what others might do with it is no matter here.
    ...(npmPackages.length + own.length > 0 ? [["/bin/chmod", "-R", "a+rX,go-w", folder]] : []),
    ...fixups,
    ["/usr/bin/which", ...provides],
    leftoversCommand(),
  ];
}

/** Nothing to install is no mistake: the base may have it all. */
function aptSteps(archives: readonly string[]): string[][] {
  if (archives.length === 0) return [];
  const options = [
    // There is no network, no list and no other user in a build jail: apt works from the files alone, as it is.
    "Dir::Etc::sourcelist=/dev/null",
    "Dir::Etc::sourceparts=/dev/null",
    `Dir::Cache=${APT_CACHE}`,
    "APT::Sandbox::User=root",
    "Dpkg::Use-Pty=0",
    // Syncing each file to disk is for systems in use; the jailer syncs the whole layer before it counts.
    "DPkg::Options::=--force-unsafe-io",
  ];
  return [
    ["/bin/mkdir", "-p", `${APT_CACHE}/archives/partial`],
    [
      ...["/usr/bin/apt-get", "install", "--quiet", "--yes", "--no-install-recommends", "--no-remove"],
      ...options.flatMap((option) => ["-o", option]),
      ...archives.map((file) => `${BUILD_FILES}/${file}`),
    ],
  ];
}

/** npm's archives hold everything below one folder, normally `package/`. */
function npmSteps(folder: string, npmPackage: NpmPackage): string[][] {
  const { name, into = `node_modules/${name}`, unpack = [] } = npmPackage;
  const target = into === "." ? folder : `${folder}/${into}`;
  const file = `${BUILD_FILES}/${npmFileName(npmPackage)}`;
  return [
    ["/bin/mkdir", "-p", target],
    [
      ...["/bin/tar", "--extract", "--gzip", "--file", file, "--directory", target],
      ...["--strip-components=1", "--no-same-owner", "--"],
      ...unpack.map((path) => `package/${path}`),
    ],
  ];
}

function ownSteps(folder: string, names: readonly string[]): string[][] {
  if (names.length === 0) return [];
  return [
    ["/bin/mkdir", "-p", folder],
    ["/bin/cp", "--", ...names.map((name) => `${BUILD_FILES}/${name}`), folder],
  ];
}
