import type { Check } from "../check.ts";
import { failed, ok, warning } from "../finding.ts";
import { installedPackages } from "../installed-packages.ts";

/** Whether there are packages for the languages. */
export const packages: Check = {
  id: "packages",
  title: "Packages",
  why: "A language can be used only where its package is installed.",
  run: async (host, { config, projectDir }) => {
    const { dataDir } = config;
    const { definitions, faults } = await host.definitions(config);
    const installed = await installedPackages(host, dataDir);
    const names = new Set(installed.map(({ name }) => name));
    const missing = [...new Set(definitions.map(({ definition }) => definition.package))].filter(
      (name) => !names.has(name),
    );
    const told = installed.map(({ name, version }) => `${name} ${version}`).join(", ");
    const build = `${projectDir}/node_modules/.bin/node ${projectDir}/scripts/build-packages.ts --data-dir ${dataDir}`;
    if (installed.length === 0) return failed(`none below ${dataDir}`, build);
    const [fault] = faults;
    if (fault !== undefined) return warning(`${told}; left out: ${fault.message}`, null);
    if (missing.length === 0) return ok(told);
    return warning(`${told}; not installed: ${missing.join(", ")}`, `${build} ${missing.join(" ")}`);
  },
};
