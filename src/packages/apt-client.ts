import { copyFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Archive } from "./archive.ts";
import type { BaseFiles } from "./base-files.ts";
import type { BaseManifest } from "./base-manifest.ts";
import { withOptions } from "./debian-sources.ts";
import { parsePrintUris } from "./print-uris.ts";
import { type RunAs, runCommand } from "./run-command.ts";
import { sourceHint } from "./source-hint.ts";
import type { SuiteDefinition } from "./suite-definition.ts";

/** Downloads several files by URL and digest with everything that the machine's apt knows of proxies and certificates. */
const APT_HELPER = "/usr/lib/apt/apt-helper";

/** What apt is to be told: whose packages, for which root, as whom. */
export interface AptDeps {
  readonly base: BaseManifest;
  readonly suite: SuiteDefinition;
  readonly baseFiles: BaseFiles;
  /** Private folder of the user below; everything apt writes stays in it. */
  readonly folder: string;
  readonly runAs: RunAs;
  readonly signal: AbortSignal;
}

/** The machine's apt, made to speak for a base: no privilege, no state but its own folder. */
export interface AptClient {
  /** What must be installed on the base to have these packages. Rejects with `package_unavailable`. */
  resolve(packages: readonly string[]): Promise<Archive[]>;
  /** Fetches archives into a folder, under their file names. Rejects with `package_unavailable`. */
  fetch(archives: readonly Archive[], folder: string): Promise<void>;
}

/** Sets apt up for a base and fetches the signed lists of its suite. Rejects with `package_unavailable`. */
export async function openAptClient(deps: AptDeps): Promise<AptClient> {
  const { folder, runAs, signal } = deps;
  const config = join(folder, "apt.conf");
  await layOut(deps, config);
  const run = (argv: string[]) =>
    runCommand(argv, {
      runAs,
      signal,
      // apt's and gpg's temporary files too: what a killed one leaves goes with the folder.
      env: { HOME: folder, TMPDIR: folder },
      cwd: folder,
      failure: "package_unavailable",
      hint: sourceHint,
    });
  const aptGet = (...args: string[]) => run(["apt-get", "-qq", "-c", config, ...args]);
  // Made by the user that apt runs as: it must be able to write there.
  await run(["mkdir", "-p", join(folder, "state/lists/partial"), join(folder, "cache/archives/partial")]);
  await aptGet("update");
  return {
    async resolve(packages) {
      return parsePrintUris(await aptGet("install", "--yes", "--no-remove", "--print-uris", ...packages));
    },
    async fetch(archives, target) {
      const download = (group: readonly Archive[]) => {
        const files = group.flatMap(({ url, file, sha256 }) => [url, join(target, file), `SHA256:${sha256}`]);
        return run([APT_HELPER, "-qq", "-c", config, "download-file", ...files]);
      };
      await Promise.all(downloadGroups(archives).map(download));
    },
  };
}

/** One helper fetches one file after the other: so many of them work at one time. */
const DOWNLOADS = 4;

/** Archives in groups of about the same size; none is empty. */
function downloadGroups(archives: readonly Archive[]): Archive[][] {
  const groups: Archive[][] = Array.from({ length: DOWNLOADS }, () => []);
  const largestFirst = archives.toSorted((a, b) => b.size - a.size);
  for (const [index, archive] of largestFirst.entries()) groups[index % DOWNLOADS]?.push(archive);
  return groups.filter((group) => group.length > 0);
}

/** The base's own keyring and package list are copied, so that apt needs to read nothing below the data folder. */
async function layOut({ base, suite, baseFiles, folder }: AptDeps, config: string): Promise<void> {
  const keyring = join(folder, "keyring.gpg");
  await copyFile(baseFiles.keyring, keyring);
  await copyFile(baseFiles.dpkgStatus, join(folder, "status"));
  const sources = base.sources.map((line) => withOptions(line, suite, keyring));
  await writeFile(join(folder, "sources.list"), `${sources.join("\n")}\n`);
  await writeFile(config, aptConfig(folder, base.architecture));
}

/**
 * Text of an apt.conf(5) read after the machine's own: proxies and certificates stay, hooks and places do not.
 * Hashes are asked for by name, since apt would else print the strongest it knows. A list that cannot be had is an error,
 * not a warning: without it a package would seem not to exist. A mirror that says nothing is given up after a minute. What
 * is past its date counts only where the suite's definition says so, whatever the machine's own apt is told.
 */
function aptConfig(folder: string, architecture: string): string {
  return `#clear APT::Update;
#clear APT::Architectures;
APT::Architecture "${architecture}";
APT::Architectures { "${architecture}"; };
APT::Install-Recommends "false";
Acquire::ForceHash "SHA256";
Acquire::Languages "none";
Acquire::Retries "2";
Acquire::http::Timeout "10";
Acquire::https::Timeout "10";
Acquire::Check-Date "true";
Acquire::Check-Valid-Until "true";
APT::Update::Error-Mode "any";
Dir::State "${folder}/state";
Dir::State::status "${folder}/status";
Dir::Cache "${folder}/cache";
Dir::Cache::pkgcache "pkgcache.bin";
Dir::Cache::srcpkgcache "srcpkgcache.bin";
Dir::Log "${folder}";
Dir::Etc::sourcelist "${folder}/sources.list";
Dir::Etc::sourceparts "/dev/null";
Dir::Etc::preferences "/dev/null";
Dir::Etc::preferencesparts "/dev/null";
Dir::Etc::trusted "/dev/null";
Dir::Etc::trustedparts "/dev/null";
`;
}
