import type { Check } from "../check.ts";
import { failed, ok, warning } from "../finding.ts";

/** Others than the owner and the daemon's group may not touch the file (mode 0640). */
const OTHERS = 0o027;

/** Whether there is a key where one is required. */
export const keys: Check = {
  id: "keys",
  title: "API keys",
  why: "Where keys are required and there is none the server does not start; a file of keys that others may write lets them in.",
  needsRoot: true,
  run: async (host, { config }) => {
    const { requireKey, keysFile } = config;
    if (!requireKey) {
      const detail = `none is asked for at ${config.bindAddress}`;
      const isOpen = !/^(127\.|localhost$|::1$)/.test(config.bindAddress);
      return isOpen ? warning(detail, "sudoedit /etc/crankcase/config.yaml", OPEN) : ok(detail);
    }
    const create = "crankcase keys create admin --scope admin";
    const text = await host.readFile(keysFile);
    if (text === null) return failed(`keys are required, and there is no ${keysFile}`, create);
    const count = (JSON.parse(text) as unknown[]).length;
    if (count === 0) return failed(`keys are required, and ${keysFile} has none`, create);
    const facts = await host.stat(keysFile);
    const isLoose = facts !== null && ((facts.mode & OTHERS) !== 0 || facts.uid !== 0);
    if (isLoose)
      return failed(`others may touch ${keysFile}`, `chown root ${keysFile} && chmod 640 ${keysFile}`);
    return ok(`${count} in ${keysFile}`);
  },
};

const OPEN = "Whoever reaches the address may run programs here. Set require_key: true.";
