// store [JOBS]: what a store that servers share costs. Starts a redis-server, an api node and a worker in this process, whose jobs do nothing at all,
// and prints for jobs of each kind how many commands of Redis one takes, how much of its processor, and how many pass in a second.
import { setTimeout as sleep } from "node:timers/promises";
import { openCluster } from "../src/cluster/cluster.ts";
import type { OwnWork } from "../src/cluster/cluster-deps.ts";
import { openSharedStore } from "../src/cluster/shared-store.ts";
import { resolveConfig } from "../src/config/config.ts";
import { nativeErrorBody } from "../src/http/native-words.ts";
import type { ExecuteJob } from "../src/jobs/execute-job.ts";
import { catalogueOf } from "../src/runtimes/catalogue.ts";
import { startRedis } from "../test/support/redis-server.ts";
import { PROJECT_DIR } from "../test/support/test-data.ts";

const JOBS = Number(process.argv[2] ?? "2000");
const AT_ONCE = 64;
const MEMORY = 2 ** 32;

const RUNTIME = {
  ...{
    language: "bash",
    version: "5.2.37",
    aliases: [],
    runtime: null,
    mainFile: "main.sh",
    fileEndings: [".sh"],
  },
  ...{
    environment: {},
    limitOverrides: {},
    hasCompile: false,
    compilerFlags: false,
    ahead: null,
    runVersion: "",
  },
  ...{ executioner: "bash", root: { base: "trixie", layers: [], allow32bit: false }, build: "" },
};

/** A job that has started is over. */
const execute: ExecuteJob = async ({ id, follower, beforeStart }) => {
  await follower?.runtimeResolved(RUNTIME);
  await beforeStart?.();
  const timings = { queue_ms: 0, jail_ms: 0, total_ms: 0 };
  return { id, language: "bash", version: RUNTIME.version, start: "cold", limits: {}, timings } as never;
};

async function main(): Promise<void> {
  await using redis = await startRedis("everysec");
  const { config } = resolveConfig({
    flags: { store: redis.url, log_level: "silent" },
    env: {},
    yaml: null,
    machine: { cores: 2, memoryBytes: MEMORY, projectDir: PROJECT_DIR },
  });
  const warn = (text: string) => console.error(text);
  await using stores = new AsyncDisposableStack();
  const join = async (role: "api" | "worker", work: OwnWork | null) => {
    const store = stores.use(await openSharedStore(config, warn));
    const deps = { store, config: { ...config, role }, work, errorBody: nativeErrorBody, warn };
    return stores.use(await openCluster(deps));
  };
  const work = { execute, catalogue: catalogueOf([RUNTIME]), limits: config, slots: { total: AT_ONCE } };
  await join("worker", work);
  const api = await join("api", null);
  const request = { language: "bash", files: [{ content: "true" }] };
  const viewer = { client: "bench", key: null, seesAll: true };
  const signal = new AbortController().signal;

  await measured("waited for", redis, async (number) => {
    await api.execute({ id: `waited-${number}-${Date.now()}`, request, client: "bench", signal });
  });
  await measured(
    "wait: false, one a request",
    redis,
    async () => {
      await api.desk.submit([request], viewer);
    },
    () => drained(api),
  );
  await measured(
    "wait: false, 100 a request",
    redis,
    async (number) => {
      if (number % 100 === 0)
        await api.desk.submit(
          Array.from({ length: 100 }, () => request),
          viewer,
        );
    },
    () => drained(api),
  );
}

async function drained(api: Awaited<ReturnType<typeof openCluster>>): Promise<void> {
  do await sleep(2_500);
  while (api.counts.waiting > 0 || api.counts.running > 0);
}

async function measured(
  what: string,
  redis: Awaited<ReturnType<typeof startRedis>>,
  job: (number: number) => Promise<void>,
  end: () => Promise<void> = () => Promise.resolve(),
): Promise<void> {
  await redis.ask("config", "resetstat");
  const cpu = await cpuSeconds(redis);
  const from = performance.now();
  let next = 0;
  const one = async () => {
    while (next < JOBS) {
      next += 1;
      await job(next - 1);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, one));
  const seconds = (performance.now() - from) / 1000;
  await end();
  const stats = (await redis.ask("info", "commandstats")).matchAll(
    /^cmdstat_([a-z|]+):calls=(\d+),usec=(\d+)/gm,
  );
  const calls = [...stats].filter(([, name = ""]) => !["info", "config|resetstat"].includes(name));
  const scripts = calls.filter(([, name = ""]) => name.startsWith("eval"));
  const sum = (of: readonly RegExpMatchArray[], field: number) =>
    of.reduce((all, match) => all + Number(match[field]), 0);
  const spent = (await cpuSeconds(redis)) - cpu;
  const perJob = (value: number) => (value / JOBS).toFixed(1);
  console.log(
    `${what}: ${(JOBS / seconds).toFixed(0)} jobs/s; a job: ${perJob(sum(scripts, 2))} scripts, ${perJob(sum(calls, 2))} commands with those in scripts, ${perJob(spent * 1e6)} us of Redis' processor`,
  );
}

async function cpuSeconds(redis: Awaited<ReturnType<typeof startRedis>>): Promise<number> {
  const info = await redis.ask("info", "cpu");
  const of = (name: string) => Number(new RegExp(`${name}:([0-9.]+)`).exec(info)?.[1]);
  return of("used_cpu_user") + of("used_cpu_sys");
}

await main();
process.exit(0);
