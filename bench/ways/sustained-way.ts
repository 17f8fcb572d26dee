import type { Bench } from "../measuring/bench.ts";
import type { Block, Way } from "../measuring/way.ts";
import { type HttpRun, startHttpClient } from "./http-way.ts";

/** Answers of each client before those that count: by then pools give what they refill, and no more. */
const ANSWERS_BEFORE = 5;

/** Requests of several clients, all of which have one on its way from the first run that counts to the last. */
export async function sustainedWay(
  bench: Bench,
  acquired: AsyncDisposableStack,
  run: HttpRun & { readonly clients: number },
): Promise<Way> {
  const { name, group, runs, clients } = run;
  const client = acquired.use(await startHttpClient(bench, run));
  return {
    ...(group === undefined ? {} : { group }),
    name,
    runs,
    async run(count): Promise<Block> {
      const before = ANSWERS_BEFORE * clients;
      const begun = await client.order(`${before} 0 1`);
      const block = await client.order(`${count} 0 1`);
      // Those that are still on their way.
      const ended = await client.order("0 0 0");
      const clientCpuMs = begun.clientCpuMs + block.clientCpuMs + ended.clientCpuMs;
      return { ...block, clientCpuMs, uncounted: before + clients };
    },
  };
}
