import { setHostTraps } from "../../src/attacks/host-traps.ts";
import { readIncludes } from "../../src/attacks/read-includes.ts";
import type { AttackTarget } from "../../src/attacks/watch-attack.ts";
import { type Serving, startServing } from "../cli/serving.ts";
import { type Census, findLeftovers } from "../support/census.ts";
import { expectCensus, takeQuietCensus } from "../support/expect-census.ts";
import { sendTo } from "../support/send-to.ts";
import { PROJECT_DIR } from "../support/test-data.ts";
import { TIME_FACTOR } from "../support/time-factor.ts";

/** A server of a test's own, with all that is looked at while it is attacked. */
export interface AttackedServer extends AttackTarget, AsyncDisposable {
  readonly serving: Serving;
}

/** Attackers that name no limit of time are to end by what they do, also on a busy machine. */
const TIME_MS = 10_000 * TIME_FACTOR;
const PATIENCE = { run: { default: { wall_time_ms: TIME_MS, cpu_time_ms: TIME_MS } } };

/** pino's number of an error. */
const ERROR = 50;

/**
 * Starts a server that keeps nothing ready, so that after each attack everything must be as it was before it: to the
 * last process, mount, cgroup and descriptor. One that is told to keep jails ready is counted at its end alone.
 */
export async function startAttackedServer(
  settings: Readonly<Record<string, unknown>> = {},
): Promise<AttackedServer> {
  await using acquired = new AsyncDisposableStack();
  const serving = await startServing({ ready_jails: 0, limits: PATIENCE, ...settings });
  acquired.defer(async () => {
    await serving[Symbol.asyncDispose]();
    const left = await findLeftovers(serving.place);
    if (left.length > 0) throw new Error(`it has left behind: ${left.join(", ")}`);
  });
  const traps = acquired.use(await setHostTraps(new URL(serving.url).port));
  const health = await watchHealth(serving, settings.ready_jails === undefined);
  const includes = await readIncludes(PROJECT_DIR);
  const owned = acquired.move();
  const send = sendTo(serving.url);
  return { serving, traps, includes, send, health, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

/** Says what is wrong with the server: other processes than at first, anything left behind, an error in its log. */
async function watchHealth(
  serving: Serving,
  keepsNothing: boolean,
): Promise<() => Promise<readonly string[]>> {
  const send = sendTo(serving.url);
  // The first job makes what is kept from then on.
  await send({ language: "bash", files: [{ content: "echo hello" }] });
  const pids = () => `${serving.child("jailer")} ${serving.child("daemon")}`;
  const jailer = { place: serving.place, pid: serving.child("jailer") };
  const [before, firstPids] = [keepsNothing ? await takeQuietCensus(jailer) : undefined, pids()];
  let read = serving.log.length;
  return async () => {
    const faults: string[] = [];
    const hello = await send({ language: "bash", files: [{ content: "echo hello" }] });
    const health = await fetch(`${serving.url}/healthz`);
    if (hello.status !== 200 || health.status !== 200)
      faults.push(`the server answers ${hello.status} and ${health.status}`);
    if (pids() !== firstPids) faults.push("jailer or daemon had to be started again");
    if (before !== undefined) faults.push(...(await leftSince(jailer, before)));
    faults.push(...errorsIn(serving.log.slice(read)));
    read = serving.log.length;
    return faults;
  };
}

async function leftSince(jailer: Parameters<typeof expectCensus>[0], before: Census): Promise<string[]> {
  return await expectCensus(jailer, before).then(
    () => [],
    (error: Error) => [`something is left: ${error.message}`],
  );
}

function errorsIn(log: readonly string[]): string[] {
  const isError = (line: string) => line.startsWith("{") && JSON.parse(line).level >= ERROR;
  return log.filter(isError).map((line) => `the server logged ${line}`);
}
