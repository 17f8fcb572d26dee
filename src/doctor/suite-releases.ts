import { debianMirrors, INDEX_FORMAT, sourceLines } from "../packages/debian-sources.ts";
import { parseSuiteDefinition } from "../packages/suite-definition.ts";
import { builtBases } from "./built-bases.ts";
import { FIRST_SUITE } from "./first-suite.ts";
import type { Host } from "./host.ts";
import type { Subject } from "./subject.ts";

/** apt's own downloader, with its proxies, its certificates and its unprivileged user. */
const APT_HELPER = "/usr/lib/apt/apt-helper";

/** The debug output has the headers of the answer. */
const OPTIONS = [
  "-oAcquire::Retries=0",
  "-oAcquire::http::Timeout=5",
  "-oAcquire::https::Timeout=5",
  "-oDebug::Acquire::http=true",
  "-oDebug::Acquire::https=true",
];

const TIMEOUT_MS = 6_000;

/** How fetching the signed list of a suite ended. */
export interface FetchedRelease {
  /** Null when it came; else what the downloader said. */
  readonly fault: string | null;
  /** The time that the mirror (or the proxy before it) told with its answer, in milliseconds since 1970. */
  readonly serverTimeMs: number | null;
}

/** Addresses of the signed lists that packages are built by; none where this machine's apt tells no source. */
export async function releaseUris(host: Host, subject: Subject): Promise<string[]> {
  const bases = await builtBases(host, subject.config.dataDir);
  const lines = bases.length > 0 ? bases.flatMap(({ sources }) => sources) : await hostLines(host, subject);
  return [...new Set(lines.map(releaseUri))];
}

/** Fetches one as builds do, and throws it away. */
export async function fetchRelease(host: Host, uri: string): Promise<FetchedRelease> {
  await using folder = await host.tempFolder("/tmp");
  const download = [APT_HELPER, ...OPTIONS, "download-file", uri, `${folder.path}/InRelease`];
  const { exitCode, stdout, stderr } = await host.run(download, { timeoutMs: TIMEOUT_MS });
  const said = `${stdout}\n${stderr}`;
  const time = Date.parse(/^date: (.*)$/im.exec(said)?.[1] ?? "");
  const fault = said.split("\n").find((line) => /^(E:|Err:|W:)/.test(line)) ?? "no answer within 5 s";
  return { fault: exitCode === 0 ? null : fault, serverTimeMs: Number.isNaN(time) ? null : time };
}

async function hostLines(host: Host, { projectDir }: Subject): Promise<string[]> {
  const ran = await host.run(["apt-get", "indextargets", "--format", INDEX_FORMAT, "Identifier: Packages"]);
  const found = debianMirrors(ran.stdout);
  const file = `${FIRST_SUITE}.yaml`;
  const text = (await host.readFile(`${projectDir}/suites/${file}`)) ?? "";
  return found === null ? [] : sourceLines(parseSuiteDefinition(file, text), found);
}

/** The signed list of a suite, by a line of sources.list(5): `deb URI SUITE COMPONENT`. */
function releaseUri(line: string): string {
  const [, uri = "", suite = ""] = line.replace(/\[[^\]]*\] /, "").split(" ");
  return `${uri.replace(/\/$/, "")}/dists/${suite}/InRelease`;
}
