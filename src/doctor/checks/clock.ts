import type { Check } from "../check.ts";
import { failed, ok, warning } from "../finding.ts";
import { hasSystemd } from "../systemd.ts";

/** Files are written with a clock's own precision; somebody's other clock may be a little ahead. */
const TOLERANCE_MS = 60_000;

/** Whether the clock can be right. */
export const clock: Check = {
  id: "clock",
  title: "Clock",
  why: "With a wrong clock mirrors' signatures and certificates count as expired or not yet valid: no package is built.",
  run: async (host, { config, projectDir }) => {
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
    if (stdout.trim() === "no") return warning(`it says ${now}, and is not synchronised`, synchronise);
    return ok(stdout.trim() === "yes" ? `it says ${now}, synchronised` : `it says ${now}`);
  },
};
