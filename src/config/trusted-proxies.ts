import { BlockList, isIP } from "node:net";
import { invalidConfig } from "./setting.ts";

/**
 * Makes a list of addresses and networks (CIDR) one that can be asked. Throws `invalid_config`, with the origin of the
 * list, for what is neither.
 */
export function trustedProxies(written: readonly string[], origin = "trusted_proxies"): BlockList {
  const proxies = new BlockList();
  for (const text of written) {
    try {
      add(proxies, text);
    } catch {
      const problem = `${text} is neither an address nor a network such as 10.0.0.0/8`;
      throw invalidConfig(origin, `trusted_proxies: ${problem}`, "trusted_proxies");
    }
  }
  return proxies;
}

function add(proxies: BlockList, text: string): void {
  const [address = "", prefix, ...rest] = text.split("/");
  const isPrefix = prefix === undefined || /^\d{1,3}$/.test(prefix);
  if (isIP(address) === 0 || !isPrefix || rest.length > 0) throw new RangeError(text);
  if (prefix === undefined) proxies.addAddress(address, family(address));
  else proxies.addSubnet(address, Number(prefix), family(address));
}

/** The family of an address, as Node's own lists want it named. */
export function family(address: string): "ipv4" | "ipv6" {
  return isIP(address) === 4 ? "ipv4" : "ipv6";
}
