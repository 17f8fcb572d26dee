// fairness [--json FILE]: how long one client's one job takes alone, and beside another client's thousand; bench/README.md.
import { chmod, writeFile } from "node:fs/promises";
import { Agent, request } from "node:http";
import { json } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { dir } from "tmp-promise";
import { startCrankcase } from "./crankcase-instance.ts";
import { readOptions } from "./options.ts";
import { percentile } from "./statistics.ts";

/** Jobs of the client that has many; all that have no slot wait. */
const MANY = 1_000;

/** Every job only waits, so that it is the turns that are measured and not the processors. */
const JOB_MS = 500;
const SOURCE = `sleep ${JOB_MS / 1000}`;

const ROUNDS = 10;
const LOOK_MS = 100;

/** Addresses of this machine: each is a client of its own. */
const CROWD = "127.0.0.1";
const LONER = "127.0.0.2";

async function main(dataDir: string, jsonFile: string | undefined): Promise<void> {
  await using acquired = new AsyncDisposableStack();
  const { path: folder, cleanup } = await dir({
    tmpdir: "/dev/shm",
    prefix: "fairness",
    unsafeCleanup: true,
  });
  acquired.defer(cleanup);
  await chmod(folder, 0o711);
  const settings = { queue_bound: 2 * MANY, queue_bound_per_client: MANY };
  const { port } = acquired.use(await startCrankcase({ folder, dataDir, settings }));
  const lonely = await timeJobs(port);
  using crowd = new DisposableStack();
  for (let count = 0; count < MANY; count += 1) hangOn(port, crowd);
  const waiting = await untilQueued(port);
  const beside = await timeJobs(port);
  const figures = {
    jobMs: JOB_MS,
    waiting,
    lonelyMs: lonely,
    besideMs: beside,
    boundMs: 2 * lonely + JOB_MS,
  };
  console.log(`one job alone:                        ${lonely} ms (median of ${ROUNDS})`);
  console.log(`one job beside ${waiting} that wait:          ${beside} ms (median of ${ROUNDS})`);
  console.log(`twice the lonely time and one job:    ${figures.boundMs} ms`);
  if (jsonFile !== undefined) await writeFile(jsonFile, `${JSON.stringify(figures, null, 2)}\n`);
  if (beside >= figures.boundMs) process.exitCode = 1;
}

/** Median of the milliseconds that a job of the one client takes. */
async function timeJobs(port: number): Promise<number> {
  const times: number[] = [];
  const agent = new Agent({ keepAlive: true });
  for (let round = 0; round < ROUNDS; round += 1) {
    const start = performance.now();
    const answer = await ask(port, agent, LONER);
    if (answer.run?.code !== 0) throw new Error(`the job failed: ${JSON.stringify(answer)}`);
    times.push(performance.now() - start);
  }
  agent.destroy();
  return Math.round(percentile(times, 0.5));
}

/** Sends one job of the other client; disposing the crowd hangs up. */
function hangOn(port: number, crowd: DisposableStack): void {
  const agent = new Agent();
  crowd.defer(() => agent.destroy());
  // It is never waited for: when the crowd goes, its requests fail.
  ask(port, agent, CROWD).catch(() => undefined);
}

interface Answer {
  readonly run?: { readonly code: number | null };
}

function ask(port: number, agent: Agent, localAddress: string): Promise<Answer> {
  const body = JSON.stringify({ language: "bash", version: "*", files: [{ content: SOURCE }] });
  const headers = { "content-type": "application/json", "content-length": Buffer.byteLength(body) };
  const to = {
    agent,
    host: "127.0.0.1",
    port,
    localAddress,
    path: "/api/v2/execute",
    method: "POST",
    headers,
  };
  return new Promise((resolve, reject) => {
    const sent = request(to, (response) => resolve(json(response) as Promise<Answer>));
    sent.on("error", reject).end(body);
  });
}

/** Waits until the crowd's jobs have come, and gives back how many wait. */
async function untilQueued(port: number): Promise<number> {
  for (;;) {
    const { running, waiting } = (await (await fetch(`http://127.0.0.1:${port}/healthz`)).json()) as Health;
    // Some may be over before the last has come.
    if (running + waiting > MANY * 0.95) return waiting;
    await sleep(LOOK_MS);
  }
}

interface Health {
  readonly running: number;
  readonly waiting: number;
}

const options = readOptions(process.argv.slice(2), process.env);
await main(options.dataDir, options.jsonFile);
