import { setTimeout as sleep } from "node:timers/promises";
import { atLeast, atMost, type WayFigure } from "../figures.ts";
import type { Bench } from "../measuring/bench.ts";
import type { Block, Measured } from "../measuring/way.ts";
import { wayFigure } from "../measuring/way-figure.ts";
import { bash } from "../program.ts";
import { percentile } from "../statistics.ts";
import type { CProgram } from "../ways/c-program.ts";
import { startHttpClient } from "../ways/http-way.ts";
import { type BenchServer, startServer } from "./bench-server.ts";
import type { Line } from "./line.ts";

const QUEUED = 10_000;
const SLOTS = 16;
const SETTINGS = { slots: SLOTS, queue_bound: 2 * QUEUED, queue_bound_per_client: 2 * QUEUED };

/** Some are always on their way out of the queue. */
const NEARLY = 0.98;
const LOOK_MS = 100;
const MOST_LOOKS = 600;

/** Jobs cost more than that: answers that come faster were there already. */
const LEAST_MS_A_JOB = 1;

/** Answers before those that count. */
const ANSWERS_BEFORE = 100;

/** What jobs cost while ten thousand others wait. */
export const queued: Line = {
  name: "10000-queued",
  title: `latency and CPU of a job with ${QUEUED} queued, against an empty queue`,
  measure,
};

async function measure(bench: Bench) {
  await using acquired = new AsyncDisposableStack();
  const server = await startServer(bench, acquired, SETTINGS);
  const half = Math.ceil(bench.runs / 2);
  const before = await measureEmpty(bench, server, half);
  bench.progress(0.3);
  const { full, waiting } = await measureFull(bench, server, bench.runs);
  bench.progress(0.7);
  const after = await measureEmpty(bench, server, half);
  const empty = { ...before, blocks: [...before.blocks, ...after.blocks] };
  const cpuMs = (before.cpuMs + after.cpuMs) / 2;
  const figures = [wayFigure({ ...empty, cpuMs }), wayFigure(full)];
  const [emptyWork, fullWork] = [workOf(empty), workOf(full)];
  const notes = [
    `Bash hello; as many clients as slots (${SLOTS}) with an empty queue, before and after; ${QUEUED + SLOTS} clients with the full one (bound raised to ${SETTINGS.queue_bound}), of which ${waiting} waited when the measurement began. One process is all the clients; its CPU is left out.`,
    `A job's latency here is what it took from having its slot, as its own answer says: ${emptyWork.toFixed(2)} ms with an empty queue, ${fullWork.toFixed(2)} ms with the full one. The p50 above has the time in the queue.`,
  ];
  return { ways: figures, checks: checksOf(figures, fullWork / emptyWork), notes };
}

function checksOf([empty, full]: readonly WayFigure[], latency: number) {
  if (empty === undefined || full === undefined) throw new Error("nothing was measured");
  const unit = "x empty queue";
  const [way, beside] = [full.way, empty.way];
  const cpu = (full.cpuMs ?? 0) / (empty.cpuMs ?? 0);
  return [
    atMost(1.1, { what: "latency from the slot", value: latency, unit, way, beside }),
    atMost(1.1, { what: "CPU", value: cpu, unit, way, beside }),
    atLeast(0.9, { what: "rate", value: full.perSecond / empty.perSecond, unit, way, beside }),
  ];
}

async function measureEmpty(bench: Bench, { native }: BenchServer, runs: number): Promise<Measured> {
  await using client = await startHttpClient(bench, { program: bash, server: native, clients: SLOTS });
  await client.order(`${ANSWERS_BEFORE} 0 1`);
  const measured = await measureSteady(bench, client, "empty queue", runs);
  await client.order("0 0 0");
  return measured;
}

/** Its clients leave at the end, and with them what still waits. */
async function measureFull(
  bench: Bench,
  server: BenchServer,
  runs: number,
): Promise<{ full: Measured; waiting: number }> {
  const { native } = server;
  const full = await (async () => {
    await using client = await startHttpClient(bench, {
      program: bash,
      server: native,
      clients: QUEUED + SLOTS,
    });
    const waiting = await fill(bench, client, native.url);
    await catchUp(bench, client);
    return { full: await measureSteady(bench, client, `${QUEUED} queued`, runs), waiting };
  })();
  for (let look = 0; (await waitingAt(native.url)) > 0; look += 1) await lookAgain(bench, look);
  return full;
}

/** Between two looks at the machine's CPU all clients have a request on its way. */
async function measureSteady(bench: Bench, client: CProgram, name: string, runs: number): Promise<Measured> {
  bench.stop.throwIfAborted();
  const before = await bench.cpu.read();
  const block = await client.order(`${runs} 0 1`);
  const cpuMs = ((await bench.cpu.read()) - before - block.clientCpuMs) / runs;
  return { way: { name, runs, run: () => Promise.resolve(block) }, blocks: [block], cpuMs };
}

/** Has all clients send until nearly all of their jobs wait, and returns how many do. */
async function fill(bench: Bench, client: CProgram, url: string): Promise<number> {
  for (let look = 0; ; look += 1) {
    // Whoever has its answer sends its next job.
    await client.order(`${ANSWERS_BEFORE} 0 1`);
    const waiting = await waitingAt(url);
    if (waiting >= NEARLY * QUEUED) return waiting;
    await lookAgain(bench, look);
  }
}

/** Takes what was answered while nobody read, until an answer has to be waited for again. */
async function catchUp(bench: Bench, client: CProgram): Promise<void> {
  for (let look = 0; look < MOST_LOOKS; look += 1) {
    bench.stop.throwIfAborted();
    const { wallMs } = await client.order(`${ANSWERS_BEFORE} 0 1`);
    if (wallMs > ANSWERS_BEFORE * LEAST_MS_A_JOB) return;
  }
  throw new Error("there were answers without end that nobody had waited for");
}

async function waitingAt(url: string): Promise<number> {
  const health: unknown = await (await fetch(`${url}/healthz`)).json();
  return Number((health as { readonly waiting: number }).waiting);
}

async function lookAgain(bench: Bench, look: number): Promise<void> {
  bench.stop.throwIfAborted();
  if (look === MOST_LOOKS) throw new Error("the queue became neither full nor empty in a minute");
  await sleep(LOOK_MS);
}

function workOf({ blocks }: { readonly blocks: readonly Block[] }): number {
  return percentile(
    blocks.flatMap(({ workMs }) => workMs),
    0.5,
  );
}
