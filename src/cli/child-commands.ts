import { join } from "node:path";
import type { Config } from "../config/config.ts";
import { runnerCount } from "../config/runner-count.ts";
import { startsLogPath } from "../config/starts-log-path.ts";
import { buildsDir } from "../packages/state-folders.ts";
import type { DaemonUser } from "./daemon-user.ts";

/** setpriv(1) of util-linux: a child whose parent is killed gets SIGTERM, so that nothing is left behind. */
const WITH_PARENT = ["setpriv", "--pdeathsig", "TERM"];

/** The command line of the jailer, as root. */
export function jailerCommand(config: Config, user: DaemonUser): string[] {
  const options: readonly (readonly [string, string | number])[] = [
    ["--instance", config.instance],
    ["--run-dir", config.runDir],
    ["--data-dir", config.dataDir],
    ["--builds-dir", buildsDir(config.stateDir)],
    ["--executioners-dir", config.executionersDir],
    ["--own-executioners-dir", join(config.definitionsDir, "executioners")],
    ["--socket-uid", user.uid],
    ["--runner-uid-min", config.runnerUidMin],
    ["--runner-gid-min", config.runnerGidMin],
    ["--slots", runnerCount(config)],
    ["--memory-total", config.jobsMemoryBytes],
    ["--starts", startsLogPath(config)],
  ];
  const cgroup = config.cgroupRoot === undefined ? [] : ["--cgroup-root", config.cgroupRoot];
  const flat = options.flatMap(([name, value]) => [name, String(value)]);
  return [...WITH_PARENT, "--", config.jailerPath, ...flat, ...cgroup];
}

/** The command line of the daemon: this very command again, as its user and without any privilege to gain. */
export function daemonCommand(commandLine: readonly string[], user: DaemonUser): string[] {
  const ids = [`--reuid=${user.uid}`, `--regid=${user.gid}`, "--clear-groups"];
  const bare = ["--inh-caps=-all", "--bounding-set=-all", "--no-new-privs"];
  return [...WITH_PARENT, ...ids, ...bare, "--", ...commandLine];
}
