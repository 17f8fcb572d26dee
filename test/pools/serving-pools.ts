import { readdir, readFile } from "node:fs/promises";
import parse from "parse-prometheus-text-format";
import type { JobRequest } from "../../src/api/job-request.ts";
import type { JobResult } from "../../src/api/job-result.ts";
import { type Serving, startServing } from "../cli/serving.ts";
import { until } from "../support/until.ts";

/** A busy machine takes its time. */
const PATIENCE = { run: { default: { wall_time_ms: 60_000, cpu_time_ms: 30_000 } } };

/** A server, and what its pools hold. */
export interface PoolServer extends AsyncDisposable {
  readonly serving: Serving;
  /** Sends a job with one file; rejects where it is not answered by a result. */
  run(language: string, content: string, rest?: Partial<JobRequest>): Promise<Ran>;
  /** Sends it until its program was started ahead of it. */
  runAhead(language: string, content: string, rest?: Partial<JobRequest>): Promise<Ran>;
  /** Runs jobs until their program is started ahead of jobs like them, and another waits. */
  startAhead(language: string, rest?: Partial<JobRequest>): Promise<void>;
  /** Interpreters that wait or are on their way, by language. */
  ahead(): Promise<Readonly<Record<string, number>>>;
  /** The sum of a metric's samples. */
  metric(name: string): Promise<number>;
}

/** Of a result what tests look at. */
export interface Ran extends Pick<JobResult, "start"> {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number | null;
  readonly cause: string;
}

/** Starts a server whose jobs have time. */
export async function poolServer(settings: Readonly<Record<string, unknown>> = {}): Promise<PoolServer> {
  return overServer(
    await startServing({ ready_jails: 16, interpreters_ahead: true, limits: PATIENCE, ...settings }),
  );
}

/** The same over a server that somebody else started. */
export function overServer(serving: Serving): PoolServer {
  const samples = async (name: string) => {
    const text = await (await fetch(`${serving.url}/metrics`)).text();
    return parse(text).find((family) => family.name === name)?.metrics ?? [];
  };
  const ahead = async () => {
    const found = await samples("crankcase_interpreters_ahead");
    return Object.fromEntries(
      found.map(({ labels, value }) => [
        (labels as Readonly<Record<string, string>> | undefined)?.language ?? "",
        Number(value),
      ]),
    );
  };
  const run: PoolServer["run"] = async (language, content, rest = {}) => {
    const response = await fetch(`${serving.url}/api/crankcase/v1/jobs`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ language, files: [{ content }], ...rest }),
    });
    if (response.status !== 200) throw new Error(`${response.status}: ${await response.text()}`);
    return ranOf((await response.json()) as JobResult);
  };
  const runAhead: PoolServer["runAhead"] = async (language, content, rest) => {
    let ran = await run(language, content, rest);
    await until(`${language} is started ahead`, async () => {
      if (ran.start === "cold") ran = await run(language, content, rest);
      return ran.start === "ahead";
    });
    return ran;
  };
  return {
    ...{ serving, run, runAhead, ahead },
    async startAhead(language, rest) {
      await runAhead(language, "", rest);
      const waits = async () => ((await ahead())[language] ?? 0) > 0;
      await until(`another ${language} is`, waits, 20_000);
    },
    metric: async (name) => (await samples(name)).reduce((sum, { value }) => sum + Number(value), 0),
    [Symbol.asyncDispose]: () => serving[Symbol.asyncDispose](),
  };
}

function ranOf({ start, run }: JobResult): Ran {
  if (run === undefined) throw new Error("it did not compile");
  return {
    start,
    stdout: run.stdout ?? "",
    stderr: run.stderr ?? "",
    exitCode: run.exit_code,
    cause: run.cause,
  };
}

/** The jailer's sessions: its children, one for each jail. */
export async function sessionsOf(jailer: number): Promise<readonly number[]> {
  const text = await readFile(`/proc/${jailer}/task/${jailer}/children`, "utf8");
  return text.trim().split(" ").filter(Boolean).map(Number);
}

/** Processes that run as one of the server's runners. */
export async function runnersOf({ place }: Serving): Promise<readonly number[]> {
  const last = place.runnerUidMin + place.slots;
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name)).map(Number);
  const uids = await Promise.all(pids.map(uidOf));
  return pids.filter((_, index) => (uids[index] ?? 0) >= place.runnerUidMin && (uids[index] ?? 0) < last);
}

async function uidOf(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, "utf8").catch(() => "");
  return Number(/^Uid:\s+(\d+)/m.exec(status)?.[1] ?? -1);
}

/** Kills them with SIGKILL; who is gone already is. */
export function killAll(pids: readonly number[]): void {
  for (const pid of pids) {
    try {
      process.kill(pid, "SIGKILL");
    } catch {
      // It has ended by itself.
    }
  }
}
