import type { Check } from "../check.ts";
import { failed, ok, warning } from "../finding.ts";
import type { Host } from "../host.ts";
import type { Subject } from "../subject.ts";
import { fetchRelease, releaseUris } from "../suite-releases.ts";
import { hasSystemd } from "../systemd.ts";

/** Files are written with a clock's own precision; somebody's other clock may be a little ahead. */
const TOLERANCE_MS = 60_000;

/** What a fetch may take. */
const TIME_LIMIT_MS = 20_000;

/** Whether the clock can be right. */
export const clock: Check = {
  id: "clock",
  title: "Clock",
  why: "With a wrong clock mirrors' signatures and certificates count as expired or not yet valid: no package is built.",
  timeLimitMs: TIME_LIMIT_MS,
  run: async (host, subject) => {
    const { config, projectDir } = subject;
    const synchronise = "timedatectl set-ntp true";
    const files = [`${projectDir}/package.json`, `${projectDir}/RELEASE`, config.jailerPath];
    const facts = await Promise.all(files.map((file) => host.stat(file)));
    const newest = Math.max(...facts.map((fact) => fact?.modifiedMs ?? 0));
    const now = new Date(host.now()).toISOString();
    if (host.now() + TOLERANCE_MS < newest) {
      return failed(
        `it says ${now}, before the installation was made (${new Date(newest).toISOString()})`,
        synchronise,
      );
    }
    if (!(await hasSystemd(host))) return ok(`it says ${now}; nothing here tells whether it is synchronised`);
    const { stdout } = await host.run(["timedatectl", "show", "-p", "NTPSynchronized", "--value"]);
    if (stdout.trim() !== "no") return ok(`it says ${now}${stdout.trim() === "yes" ? ", synchronised" : ""}`);
    const differenceMs = await differenceFromMirror(host, subject);
    if (differenceMs === null) return warning(`it says ${now}, and is not synchronised`, synchronise);
    const told = `it says ${now}, is not synchronised, and differs from a mirror's by ${Math.round(differenceMs / 1000)} s`;
    return differenceMs <= TOLERANCE_MS ? ok(told) : warning(told, synchronise);
  },
};

/** Null where no mirror tells its time. */
async function differenceFromMirror(host: Host, subject: Subject): Promise<number | null> {
  const [uri] = await releaseUris(host, subject);
  if (uri === undefined) return null;
  const { serverTimeMs } = await fetchRelease(host, uri);
  return serverTimeMs === null ? null : Math.abs(host.now() - serverTimeMs);
}
