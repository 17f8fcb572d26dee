import type { Check } from "../check.ts";
import { failed, ok, warning } from "../finding.ts";

/** Whether the configuration is accepted, and all of it is used. */
export const configuration: Check = {
  id: "configuration",
  title: "Configuration",
  why: "A configuration that is refused stops the service's next start. The checks below take the defaults instead.",
  run: async (_host, { configFault, notes, configFile }) => {
    if (configFault !== null) return failed(configFault, `sudoedit ${configFile}`);
    const used = `${configFile} and the environment are accepted`;
    if (notes.length === 0) return ok(used);
    const mend = "sudoedit /etc/crankcase/environment";
    return warning(`${used}; ${notes.join(" ")}`, mend, "A setting that is not used may be one you rely on.");
  },
};
