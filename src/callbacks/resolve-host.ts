import { promises as dns, type LookupAddress } from "node:dns";

/** All addresses of a name, or some where a name server is slow. Rejects with an error whose `code` says why there are none. */
export type ResolveHost = (host: string, signal: AbortSignal) => Promise<readonly LookupAddress[]>;

/** Of one question to a name server, in milliseconds, and how often it is put. */
const QUESTION_MS = 2_000;
const QUESTIONS = 2;

/**
 * Asks the machine's name servers, without getaddrinfo(3): that holds a thread for as long as a slow server likes, of which
 * the process has four, for its files too.
 */
export const askNameServers: ResolveHost = async (host, signal) => {
  const resolver = new dns.Resolver({ timeout: QUESTION_MS, tries: QUESTIONS });
  const cancel = () => resolver.cancel();
  signal.addEventListener("abort", cancel, { once: true });
  try {
    const [four, six] = await Promise.allSettled([resolver.resolve4(host), resolver.resolve6(host)]);
    const found = [...addressesIn(four, 4), ...addressesIn(six, 6)];
    if (found.length > 0) return found;
    throw four.status === "rejected" ? four.reason : new Error("a name without an address");
  } finally {
    signal.removeEventListener("abort", cancel);
  }
};

function addressesIn(answer: PromiseSettledResult<readonly string[]>, family: 4 | 6): LookupAddress[] {
  return answer.status === "fulfilled" ? answer.value.map((address) => ({ address, family })) : [];
}

/**
 * The same, and then what else the machine knows names by (/etc/hosts): for an operator's own network. A name that a server takes
 * its time for is not asked for again.
 */
export const askMachine: ResolveHost = async (host, signal) => {
  try {
    return await askNameServers(host, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ETIMEOUT" || signal.aborted) throw error;
    return await dns.lookup(host, { all: true });
  }
};
