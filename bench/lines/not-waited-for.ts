import { atLeast, type WayFigure } from "../figures.ts";
import type { Bench } from "../measuring/bench.ts";
import { type NativeApi, openNativeApi } from "../measuring/native-api.ts";
import { percentile } from "../statistics.ts";
import { startServer } from "./bench-server.ts";
import type { Line } from "./line.ts";

const CLIENTS = 16;
const TURNS = 4;

const WAITED = "waited for";
const NOT_WAITED = "not waited for";

const JOB = { language: "bash", files: [{ content: "echo hello" }] };

/** What a store costs that keeps each job. */
export const notWaitedFor: Line = {
  name: "not-waited-for",
  title: "jobs that nobody waits for, against those that callers wait for",
  measure,
};

interface Turn {
  /** Of each request. */
  readonly times: readonly number[];
  /** Until the last job's end. */
  readonly wallMs: number;
}

/** Both ways by turns, so that both meet the same machine. */
async function measure(bench: Bench) {
  await using acquired = new AsyncDisposableStack();
  const { native } = await startServer(bench, acquired);
  const api = openNativeApi(native.url, CLIENTS, acquired);
  const runs = Math.max(CLIENTS, Math.ceil(bench.runs / TURNS));
  const turns: Record<string, Turn[]> = { [WAITED]: [], [NOT_WAITED]: [] };
  for (let turn = 0; turn < TURNS; turn += 1) {
    bench.stop.throwIfAborted();
    turns[WAITED]?.push(await ended(() => waited(api, runs)));
    turns[NOT_WAITED]?.push(await ended(() => submitted(api, runs)));
    bench.progress((turn + 1) / TURNS);
  }
  const ways = Object.entries(turns).map(([way, all]) => figure(way, all));
  const [one, other] = ways;
  const value = (other?.perSecond ?? 0) / (one?.perSecond ?? 1);
  const unit = `x ${WAITED}`;
  return {
    ways,
    checks: [atLeast(0.8, { what: "rate", value, unit, way: NOT_WAITED, beside: WAITED })],
    notes: [
      `Bash hello, ${CLIENTS} requests at a time, in ${TURNS} turns of both. Waited for: a request has its job's result. Not waited for: a request has its job's id, and the turn ends when its last job has; each job is committed to the disk before its id is told, and its result after it.`,
    ],
  };
}

async function ended(turn: () => Promise<number[]>): Promise<Turn> {
  const start = performance.now();
  const times = await turn();
  return { times, wallMs: performance.now() - start };
}

/** Milliseconds of each request; so many of them are under way at any time. */
async function timed(runs: number, request: () => Promise<void>): Promise<number[]> {
  const times: number[] = [];
  let left = runs;
  const work = async () => {
    while (left > 0) {
      left -= 1;
      const start = performance.now();
      await request();
      times.push(performance.now() - start);
    }
  };
  await Promise.all(Array.from({ length: CLIENTS }, work));
  return times;
}

function waited(api: NativeApi, runs: number): Promise<number[]> {
  return timed(runs, async () => {
    const { run } = await api.call("POST", "", JOB);
    if ((run as { stdout: string } | undefined)?.stdout !== "hello\n") throw new Error("a job said nothing");
  });
}

async function submitted(api: NativeApi, runs: number): Promise<number[]> {
  const ids: string[] = [];
  const times = await timed(runs, async () => {
    ids.push(String((await api.call("POST", "", { ...JOB, wait: false })).id));
  });
  // They end about in the order in which they came: the last one is the one to wait for.
  for (const id of ids.toReversed()) {
    const { state } = await api.call("GET", `/${id}?wait=60`);
    if (state !== "done") throw new Error(`a job is ${state}`);
  }
  return times;
}

function figure(way: string, turns: readonly Turn[]): WayFigure {
  const times = turns.flatMap((turn) => turn.times);
  const wallMs = turns.reduce((sum, turn) => sum + turn.wallMs, 0);
  return {
    ...{ way, runs: times.length, cpuMs: null, aheadShare: 0, keptShare: 0 },
    p50Ms: percentile(times, 0.5),
    p95Ms: percentile(times, 0.95),
    p99Ms: percentile(times, 0.99),
    perSecond: (1_000 * times.length) / wallMs,
  };
}
