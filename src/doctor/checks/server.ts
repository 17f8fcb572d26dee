import type { Check } from "../check.ts";
import { failed, ok, warning } from "../finding.ts";
import { healthAt } from "../health.ts";
import { hasSystemd, startCommand } from "../systemd.ts";

/** Whether the daemon answers. */
export const server: Check = {
  id: "server",
  title: "Server",
  why: "Nobody's jobs run while the server does not answer.",
  run: async (host, { url }) => {
    const health = await healthAt(host, url);
    if (health === null) {
      const logs = (await hasSystemd(host))
        ? "journalctl -n 50 -u crankcase -u crankcase-jailer"
        : "tail -n 50 /var/log/crankcase/crankcase.log";
      return failed(`no Crankcase answers at ${url}`, `${await startCommand(host)}; ${logs}`);
    }
    const { status, version, release, runtimes, running, waiting } = health;
    const ofRelease = release == null ? "" : `, release ${release}`;
    const detail = `${url} says ${status}; version ${version ?? "not told"}${ofRelease}; ${runtimes} runtimes, ${running} jobs run, ${waiting} wait`;
    return status === "ok" ? ok(detail) : warning(detail, await startCommand(host));
  },
};
