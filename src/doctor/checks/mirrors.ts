import { builtBases } from "../built-bases.ts";
import type { Check } from "../check.ts";
import { failed, ok, skipped, warning } from "../finding.ts";
import { fetchRelease, releaseUris } from "../suite-releases.ts";

/** Whether Debian's archives can be reached as packages' builds reach them. */
export const mirrors: Check = {
  id: "mirrors",
  title: "Mirrors of Debian",
  why: "Bases and packages are made of Debian's archives; what is installed already goes on working without them.",
  timeLimitMs: 20_000,
  run: async (host, subject) => {
    const releases = await releaseUris(host, subject);
    if (releases.length === 0) return skipped(NO_SOURCES, null);
    const answers = await Promise.all(releases.map((uri) => fetchRelease(host, uri)));
    const faults = answers.flatMap(({ fault }, index) =>
      fault === null ? [] : `${releases[index]}: ${fault}`,
    );
    if (faults.length === 0) return ok(`${releases.join(", ")} answer`);
    const find = (await builtBases(host, subject.config.dataDir)).length > 0 ? warning : failed;
    return find(faults.join("; "), "apt-get update");
  },
};

const NO_SOURCES =
  "this machine's apt names no source of Debian's, or never fetched its lists; mmdebstrap then takes what it knows by itself";
