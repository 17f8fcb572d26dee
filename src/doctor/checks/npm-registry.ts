import { parsePasswd } from "../../packages/unprivileged-user.ts";
import type { Check } from "../check.ts";
import { ok, skipped, warning } from "../finding.ts";
import { indexedNpmPackages } from "../indexed-npm-packages.ts";

/** npm alone takes ten seconds to start on an emulated machine. */
const PATIENCE_SECONDS = 45;

const PATIENCE = ["--fetch-retries=0", "--fetch-timeout=5000", "--loglevel=error"];

/** Whether npm can look up the packages that runtimes are made of. */
export const npmRegistry: Check = {
  id: "npm-registry",
  title: "Registry of npm",
  why: "Some runtimes, and the project's own Node, come from npm; what is installed already goes on working without it.",
  timeLimitMs: (PATIENCE_SECONDS + 5) * 1000,
  run: async (host, { projectDir }) => {
    const [wanted] = await indexedNpmPackages(host, projectDir);
    if (wanted === undefined) return skipped("no package comes from npm", null);
    const passwd = (await host.run(["getent", "passwd", "crankcase", "_apt", "nobody"])).stdout;
    const runAs = host.uid === 0 ? parsePasswd(passwd) : null;
    await using home = await host.tempFolder("/tmp");
    if (runAs !== null) await host.run(["chown", `${runAs.uid}:${runAs.gid}`, home.path]);
    // As builds run it (src/packages/npm-ingredients.ts): without the settings of whoever started this process.
    const env = {
      HOME: home.path,
      npm_config_cache: `${home.path}/cache`,
      npm_config_userconfig: `${home.path}/npmrc`,
      npm_config_update_notifier: "false",
    };
    const look = ["npm", "view", ...PATIENCE, wanted, "version"];
    const { exitCode, stdout, stderr } = await host.run(look, {
      env,
      runAs,
      cwd: home.path,
      timeoutMs: PATIENCE_SECONDS * 1000,
    });
    if (exitCode === null)
      return warning(`npm does not run, or had no answer within ${PATIENCE_SECONDS} s`, "npm ping");
    if (exitCode === 0 && stdout.trim() !== "") return ok(`npm finds ${wanted}`);
    return warning(`npm does not find ${wanted}: ${stderr.trim().split("\n")[0]}`, "npm ping");
  },
};
