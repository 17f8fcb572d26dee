// workers [JOBS]: what servers that share a store make of jobs that only wait: how many a second pass with one, two and three workers of two slots, beside
// one server alone; and what a round trip to a program that is talked to takes, straight and through an api node.
import { type Serving, startServing } from "../test/cli/serving.ts";
import { startNodes, untilKnown } from "../test/cluster/nodes.ts";
import { native, script } from "../test/queue/native.ts";
import { initialized } from "../test/stream/connecting.ts";

const JOBS = Number(process.argv[2] ?? "48");
const SLOTS = 2;
const SLEEP_S = 0.5;
const ROUNDS = 200;

/** Who talks to a program takes longer than most programs may. */
const PATIENT = { limits: { run: { default: { wall_time_ms: 60_000 }, maximum: { wall_time_ms: 60_000 } } } };

async function main(): Promise<void> {
  const alone = await withServer({ slots: SLOTS, ...PATIENT }, async (server) => {
    console.log(`alone: ${(await jobsPerSecond(server)).toFixed(2)} jobs/s; ${await roundTrip(server)}`);
    return await jobsPerSecond(server);
  });
  await using nodes = await startNodes();
  const api = await nodes.api();
  for (const workers of [1, 2, 3]) {
    await nodes.worker({ slots: SLOTS, ...PATIENT });
    await untilKnown(api);
    // The api node looks who is there every two seconds.
    await new Promise((resolve) => setTimeout(resolve, 3_000));
    const rate = await jobsPerSecond(api);
    const ratio = (rate / alone).toFixed(2);
    console.log(
      `${workers} workers: ${rate.toFixed(2)} jobs/s, ${ratio} times a server alone; ${await roundTrip(api)}`,
    );
  }
}

async function withServer<Value>(settings: object, use: (server: Serving) => Promise<Value>): Promise<Value> {
  await using server = await startServing({ ...settings, ready_jails: 0 });
  return await use(server);
}

async function jobsPerSecond({ url }: Serving): Promise<number> {
  const from = performance.now();
  const jobs = Array.from({ length: JOBS }, () => script(`sleep ${SLEEP_S}`));
  const { body } = await native(url, "POST", "/jobs/batch", { body: { jobs } });
  for (const { id } of body.jobs) {
    for (let isOver = false; !isOver; ) {
      const { body: job } = await native(url, "GET", `/jobs/${id}?wait=60`);
      isOver = !["queued", "running"].includes(job.state);
      if (isOver && job.state !== "done") throw new Error(JSON.stringify(job));
    }
  }
  return JOBS / ((performance.now() - from) / 1000);
}

/** One line to a program and back, in the middle. */
async function roundTrip({ url }: Serving): Promise<string> {
  using client = await initialized(url, {
    language: "bash",
    files: [{ content: "while read -r x; do echo $x; done" }],
  });
  await client.hears("stage");
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const from = performance.now();
    const back = new Promise((resolve) => client.socket.once("message", resolve));
    client.send({ type: "data", stream: "stdin", data: `${round}\n` });
    await back;
    times.push(performance.now() - from);
  }
  times.sort((one, other) => one - other);
  return `a round trip takes ${times[ROUNDS / 2]?.toFixed(2)} ms, 95 of 100 at most ${times[ROUNDS * 0.95]?.toFixed(2)} ms`;
}

await main();
