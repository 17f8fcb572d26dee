import { leftoversCommand } from "./leftovers.ts";
import type { NpmSource, PackageVersion } from "./package-definition.ts";

/** Where the build jail sees the fetched files. */
const FILES = "/box/submission";

/** apt's caches lie on the jail's tmpfs: they are of no use in a layer. */
const APT_CACHE = "/tmp/apt";

/** Environment of a build's steps: no questions, and the locale that every base has. */
export const buildEnvironment: Readonly<Record<string, string>> = {
  PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
  HOME: "/tmp",
  LANG: "C.UTF-8",
  DEBIAN_FRONTEND: "noninteractive",
};

/**
 * The commands that turn fetched files into a layer, in order: install, fixups, a look for the commands it must provide,
 * and the removal of what nobody reads again.
 */
export function buildSteps(name: string, definition: PackageVersion, files: readonly string[]): string[][] {
  const { source, fixups = [], provides } = definition;
  const paths = files.map((file) => `${FILES}/${file}`);
  return [
    ...(source.npm === undefined ? aptSteps(paths) : npmSteps(name, source.npm, paths)),
    ...fixups,
    ["/usr/bin/which", ...provides],
    leftoversCommand(),
  ];
}

/** Nothing to install is no mistake: the base may have it all. */
function aptSteps(paths: readonly string[]): string[][] {
  if (paths.length === 0) return [];
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
    ["/usr/bin/mkdir", "-p", `${APT_CACHE}/archives/partial`],
    [
      ...["/usr/bin/apt-get", "install", "--quiet", "--yes", "--no-install-recommends", "--no-remove"],
      ...options.flatMap((option) => ["-o", option]),
      ...paths,
    ],
  ];
}

/** npm's archives hold everything below `package/`; who owned it and what others might do with it is no matter here. */
function npmSteps(name: string, { unpack }: NpmSource, paths: readonly string[]): string[][] {
  const folder = `/opt/${name}`;
  const members = unpack.map((path) => `package/${path}`);
  return [
    ["/usr/bin/mkdir", folder],
    ...paths.map((path) => [
      ...[
        "/usr/bin/tar",
        "--extract",
        "--gzip",
        "--file",
        path,
        "--directory",
        folder,
        "--strip-components=1",
      ],
      ...["--no-same-owner", "--", ...members],
    ]),
    ["/usr/bin/chmod", "-R", "a+rX,go-w", folder],
  ];
}
