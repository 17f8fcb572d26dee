import { type Serving, startServing } from "../cli/serving.ts";
import { type RedisServer, startRedis } from "../support/redis-server.ts";
import { until } from "../support/until.ts";

type Settings = Readonly<Record<string, unknown>>;

/** A store, and servers that share it. Disposal stops all. */
export interface Nodes extends AsyncDisposable {
  readonly redis: RedisServer;
  /** Starts another api node. */
  api(settings?: Settings): Promise<Serving>;
  /** Starts another worker. */
  worker(settings?: Settings): Promise<Serving>;
}

/** Starts a store, and no server yet. */
export async function startNodes(): Promise<Nodes> {
  await using acquired = new AsyncDisposableStack();
  const redis = acquired.use(await startRedis());
  const owned = acquired.move();
  const start = async (role: string, settings: Settings) => {
    const all = { store: redis.url, role, ready_jails: 0, ...settings };
    return owned.use(await startServing(all));
  };
  return {
    redis,
    api: (settings = {}) => start("api", { slots: 1, ...settings }),
    worker: (settings = {}) => start("worker", settings),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

/** Resolves when an api node knows a worker that can run bash. */
export async function untilKnown({ url }: Serving, language = "bash"): Promise<void> {
  await until(
    `a worker with ${language} is known`,
    async () => {
      const answer = await fetch(`${url}/api/crankcase/v1/runtimes`);
      const runtimes = (await answer.json()) as { language: string }[];
      return runtimes.some((one) => one.language === language);
    },
    20_000,
  );
}
