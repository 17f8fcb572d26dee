// websocket-flood [--sockets N] [--megabytes N]: output at full speed over many WebSockets whose readers are slow:
// the daemon's memory, whether all of it arrives, and what other jobs notice. bench/README.md.
import { once } from "node:events";
import { chmod } from "node:fs/promises";
import { loadavg } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { Worker } from "node:worker_threads";
import { dir } from "tmp-promise";
import { WebSocket } from "ws";
import { type CrankcaseInstance, startCrankcase } from "./crankcase-instance.ts";
import { readOptions } from "./options.ts";
import type { ReadersTask } from "./slow-readers.ts";
import { percentile } from "./statistics.ts";
import { daemonOf, processesOf, residentMb, watchMemory } from "./watched-processes.ts";

const MEGABYTE = 1_000_000;

/** Job of the others: as small as jobs are. */
const SMALL_JOB = { language: "bash", version: "*", files: [{ content: "echo hi" }] };
const SMALL_JOBS = 40;
const BETWEEN_MS = 100;

/** Limits that let a program write for as long as it takes. */
const LIMITS = {
  run: {
    default: { wall_time_ms: 600_000, cpu_time_ms: 600_000, stdout_bytes: 4_000_000_000 },
    maximum: { wall_time_ms: 600_000, cpu_time_ms: 600_000, stdout_bytes: 4_000_000_000 },
  },
};

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { sockets: { type: "string", default: "50" }, megabytes: { type: "string", default: "10" } },
  });
  const sockets = Number(values.sockets);
  const bytes = Number(values.megabytes) * MEGABYTE;
  await using acquired = new AsyncDisposableStack();
  const { path: folder, cleanup } = await dir({
    tmpdir: "/dev/shm",
    prefix: "crankcase-flood",
    unsafeCleanup: true,
  });
  acquired.defer(cleanup);
  await chmod(folder, 0o711);
  const { dataDir } = readOptions([], process.env);
  const settings = { limits: LIMITS, slots: sockets + 10 };
  const crankcase = acquired.use(await startCrankcase({ folder, dataDir, settings }));
  const daemon = await daemonOf(crankcase.port);
  console.log(`load before: ${loadavg()[0]?.toFixed(2)}`);
  await smallJobs(crankcase, 10);
  const lonely = await smallJobs(crankcase, SMALL_JOBS);
  const idleMb = await residentMb(daemon);
  const memory = watchMemory(daemon);
  const start = performance.now();
  const task: ReadersTask = { port: crankcase.port, sockets, bytes };
  const readers = new Worker(new URL("./slow-readers.ts", import.meta.url), { workerData: task });
  const arrived = once(readers, "message");
  // So that the readers are behind when the others come.
  await sleep(2_000);
  const beside = await smallJobs(crankcase, SMALL_JOBS);
  const [whole] = await arrived;
  const seconds = (performance.now() - start) / 1000;
  const peakMb = memory.stop();
  console.log(`load after: ${loadavg()[0]?.toFixed(2)}`);
  console.log(`${sockets} WebSockets of ${bytes / MEGABYTE} MB each in ${seconds.toFixed(1)} s`);
  console.log(`arrived whole: ${whole} of ${sockets}`);
  console.log(`daemon's resident memory: ${idleMb} MB before, ${peakMb} MB at most (bar: 200 MB)`);
  const [alone, crowded] = [p50(lonely), p50(beside)];
  console.log(
    `another job: ${alone.toFixed(1)} ms alone, ${crowded.toFixed(1)} ms beside: ${(crowded / alone).toFixed(2)} times (bar: 2)`,
  );
  await leaving(crankcase);
}

/** Latencies of jobs one after the other, in milliseconds. */
async function smallJobs({ port }: CrankcaseInstance, count: number): Promise<number[]> {
  const took: number[] = [];
  for (let done = 0; done < count; done += 1) {
    const start = performance.now();
    const response = await fetch(`http://127.0.0.1:${port}/api/v2/execute`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(SMALL_JOB),
    });
    const answer = await response.text();
    if (!answer.includes('"stdout":"hi\\n"')) throw new Error(`a small job failed: ${answer}`);
    took.push(performance.now() - start);
    await sleep(BETWEEN_MS);
  }
  return took;
}

/** How long a jail outlives the client that left it: processes of the runners, looked at every millisecond. */
async function leaving({ port, runnerUids }: CrankcaseInstance): Promise<void> {
  const took: number[] = [];
  for (let round = 0; round < 20; round += 1) {
    const socket = new WebSocket(`ws://127.0.0.1:${port}/api/v2/connect`);
    socket.on("open", () => {
      const files = [{ content: "echo ready; sleep 60" }];
      socket.send(JSON.stringify({ type: "init", language: "bash", version: "*", files }));
    });
    await new Promise<void>((resolve) => {
      socket.on("message", (data) => {
        if (String(data).includes("ready")) resolve();
      });
    });
    const start = performance.now();
    socket.terminate();
    while ((await processesOf(runnerUids)) > 0) await sleep(1);
    took.push(performance.now() - start);
  }
  const worst = Math.max(...took);
  console.log(
    `client leaves, jail gone: ${p50(took).toFixed(1)} ms, at worst ${worst.toFixed(1)} ms (bar: 100)`,
  );
}

function p50(samples: readonly number[]): number {
  return percentile(samples, 0.5);
}

await main();
