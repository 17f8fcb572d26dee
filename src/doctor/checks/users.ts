import { runnerCount } from "../../config/runner-count.ts";
import { type Account, accountsOf, overlapping, subordinateRanges } from "../accounts.ts";
import type { Check } from "../check.ts";
import { failed, ok, warning } from "../finding.ts";
import type { Subject } from "../subject.ts";

/** Whether daemon and runners have ids that are theirs alone. */
export const users: Check = {
  id: "users",
  title: "Users",
  why: "The daemon runs without privilege, and each slot's jobs under an id that nobody else has: whoever has it too could end or read a job's processes.",
  run: async (host, { config, projectDir }) => {
    const runners = runnerCount(config);
    const accounts = accountsOf((await host.run(["getent", "passwd"])).stdout);
    const groups = accountsOf((await host.run(["getent", "group"])).stdout);
    const ranges = [
      ...subordinateRanges((await host.readFile("/etc/subuid")) ?? "", "/etc/subuid"),
      ...subordinateRanges((await host.readFile("/etc/subgid")) ?? "", "/etc/subgid"),
    ];
    const taken = [
      ...foreign(accounts, config.runnerUidMin, runners).map(
        ({ name, id }) => `the user ${name} has the uid ${id}`,
      ),
      ...foreign(groups, config.runnerGidMin, runners).map(
        ({ name, id }) => `the group ${name} has the gid ${id}`,
      ),
      ...overlapping(ranges, { first: config.runnerUidMin, count: runners }),
    ];
    if (taken.length > 0)
      return failed(`${taken.slice(0, 5).join("; ")}: a runner's`, otherRange(ranges, accounts));
    const daemon = daemonFault(accounts, config.user);
    if (daemon !== null) return failed(daemon, addUser(config.user));
    const missing = unnamed(accounts, config);
    const all = `${config.user}, and ${runners} runners from uid ${config.runnerUidMin} on`;
    if (missing === 0) return ok(all);
    return warning(`${all}; ${missing} of them have no name`, `${projectDir}/install.sh`, NO_NAME);
  },
};

const NO_NAME =
  "Nothing keeps these ids from being given to somebody else one day; install.sh makes the users.";

/** Those with a runner's id that are no runners of ours. */
function foreign(accounts: readonly Account[], first: number, count: number): Account[] {
  return accounts.filter(
    ({ name, id }) => id >= first && id < first + count && name !== `crankcase-runner${id - first}`,
  );
}

function unnamed(accounts: readonly Account[], config: Subject["config"]): number {
  const ids = new Set(accounts.map(({ id }) => id));
  return Array.from({ length: runnerCount(config) }, (_, slot) => config.runnerUidMin + slot).filter(
    (id) => !ids.has(id),
  ).length;
}

/** As src/cli/daemon-user.ts has it: a name, UID or UID:GID. */
function daemonFault(accounts: readonly Account[], user: string): string | null {
  const numeric = /^(\d+)(:\d+)?$/.exec(user);
  const id = numeric === null ? accounts.find(({ name }) => name === user)?.id : Number(numeric[1]);
  if (id === undefined) return `there is no user ${user}`;
  return id === 0 ? `the daemon's user ${user} is root` : null;
}

function addUser(user: string): string {
  const name = /^(\d|root$)/.test(user) ? "crankcase" : user;
  return `useradd --system --user-group --no-create-home --shell /usr/sbin/nologin ${name}`;
}

/** Settings of a range above everything that is given out. */
function otherRange(
  ranges: readonly { readonly first: number; readonly count: number }[],
  accounts: readonly Account[],
): string {
  const ends = [...ranges.map(({ first, count }) => first + count), ...accounts.map(({ id }) => id + 1)];
  const above = Math.max(70_000, ...ends.filter((end) => end < 1_900_000_000));
  const first = Math.ceil(above / 10_000) * 10_000;
  return `echo CRANKCASE_RUNNER_UID_MIN=${first} >>/etc/crankcase/environment`;
}
