import type { Check } from "../check.ts";
import { failed, ok, warning } from "../finding.ts";
import { installedPackages } from "../installed-packages.ts";

/** Whether there are packages for the languages. */
export const packages: Check = {
  id: "packages",
  title: "Packages",
  why: "A language can be used only where its package is installed.",
  run: async (host, { config }) => {
    const { dataDir } = config;
    const { definitions, faults } = await host.definitions(config);
    const installed = await installedPackages(host, dataDir);
    const known = new Set(definitions.map(({ definition }) => definition.package));
    const told = installed.map(({ name, version }) => `${name} ${version}`).join(", ");
    if (installed.length === 0) {
      return failed(`none below ${dataDir}`, "sudo crankcase packages install bash python node gcc");
    }
    const [fault] = faults;
    if (fault !== undefined) return warning(`${told}; left out: ${fault.message}`, null);
    return ok(`${told}, of ${known.size} that can be installed (crankcase packages search)`);
  },
};
