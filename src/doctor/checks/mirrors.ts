import { debianMirrors, INDEX_FORMAT, sourceLines } from "../../packages/debian-sources.ts";
import { parseSuiteDefinition } from "../../packages/suite-definition.ts";
import { builtBases } from "../built-bases.ts";
import type { Check } from "../check.ts";
import { failed, ok, skipped, warning } from "../finding.ts";
import { FIRST_SUITE } from "../first-suite.ts";
import type { Host } from "../host.ts";
import type { Subject } from "../subject.ts";

/** apt's own downloader, with its proxies, its certificates and its unprivileged user. */
const APT_HELPER = "/usr/lib/apt/apt-helper";

const PATIENCE = [
  "-o",
  "Acquire::Retries=0",
  "-o",
  "Acquire::http::Timeout=5",
  "-o",
  "Acquire::https::Timeout=5",
];

const TIMEOUT_MS = 6_000;

/** Whether Debian's archives can be reached as packages' builds reach them. */
export const mirrors: Check = {
  id: "mirrors",
  title: "Mirrors of Debian",
  why: "Bases and packages are made of Debian's archives; what is installed already goes on working without them.",
  timeLimitMs: 20_000,
  run: async (host, subject) => {
    const bases = await builtBases(host, subject.config.dataDir);
    const lines = bases.length > 0 ? bases.flatMap(({ sources }) => sources) : await hostLines(host, subject);
    if (lines.length === 0) return skipped(NO_SOURCES, null);
    const releases = [...new Set(lines.map(releaseUri))];
    const faults = (await Promise.all(releases.map((uri) => fault(host, uri)))).filter(
      (text) => text !== null,
    );
    if (faults.length === 0) return ok(`${releases.join(", ")} answer`);
    const find = bases.length > 0 ? warning : failed;
    return find(faults.join("; "), "apt-get update");
  },
};

const NO_SOURCES =
  "this machine's apt names no source of Debian's, or never fetched its lists; mmdebstrap then takes what it knows by itself";

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

async function fault(host: Host, uri: string): Promise<string | null> {
  await using folder = await host.tempFolder("/tmp");
  const download = [APT_HELPER, ...PATIENCE, "download-file", uri, `${folder.path}/InRelease`];
  const { exitCode, stdout, stderr } = await host.run(download, { timeoutMs: TIMEOUT_MS });
  if (exitCode === 0) return null;
  const said =
    `${stdout}\n${stderr}`.split("\n").find((line) => /^(E:|Err:|W:)/.test(line)) ?? "no answer within 5 s";
  return `${uri}: ${said}`;
}
