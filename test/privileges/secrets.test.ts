import { randomBytes } from "node:crypto";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { dirname, join } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, expect, test } from "vitest";
import { CRANKCASE } from "../cli/serving.ts";
import { until } from "../support/until.ts";
import { type KeyedServing, startKeyed } from "./keyed-serving.ts";

/** Texts that stand nowhere else on this machine, each in a place of its own of what callers send. */
const CANARIES = Object.fromEntries(
  ["source", "stdin", "argument", "variable", "output", "name", "wrongkey", "malformed", "query"].map(
    (place) => [place, `canary${place}${randomBytes(12).toString("hex")}`],
  ),
) as Readonly<Record<string, string>>;

let keyed: KeyedServing;

beforeAll(async () => {
  const limits = { run: { default: { wall_time_ms: 3_000 }, maximum: { wall_time_ms: 20_000 } } };
  keyed = await startKeyed({ slots: 2, ready_jails: 1, log_level: "trace", limits });
});
afterAll(() => keyed?.[Symbol.asyncDispose]());

function ask(path: string, body: string, key: string): Promise<Response> {
  return fetch(`${keyed.serving.url}${path}`, {
    method: "POST",
    headers: { "content-type": "application/json", authorization: `Bearer ${key}` },
    body,
  });
}

/** A job that carries every canary there is to carry. */
function job(content: string, rest: object = {}): string {
  return JSON.stringify({
    language: "bash",
    files: [{ name: `${CANARIES.name}.sh`, content: `# ${CANARIES.source}\n${content}` }],
    stdin: CANARIES.stdin,
    args: [CANARIES.argument],
    environment: { CANARY: CANARIES.variable },
    ...rest,
  });
}

/** Everything that must stay among caller, daemon and jail. The key's own words are secret too, without their prefix. */
function secrets(): readonly string[] {
  return [...Object.values(CANARIES), keyed.key.slice(3)];
}

async function uidOf(pid: string): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, "utf8").catch(() => "");
  return Number(/^Uid:\s+(\d+)/m.exec(status)?.[1] ?? -1);
}

/** Looks at the arguments and the environment of every process but the jobs' own programs, and this one. */
async function tellingProcesses(): Promise<readonly string[]> {
  const { runnerUidMin, slots } = keyed.serving.place;
  const telling: string[] = [];
  for (const pid of (await readdir("/proc")).filter((name) => /^\d+$/.test(name))) {
    const uid = await uidOf(pid);
    if (Number(pid) === process.pid || (uid >= runnerUidMin && uid < runnerUidMin + slots)) continue;
    for (const file of ["cmdline", "environ"]) {
      const text = await readFile(`/proc/${pid}/${file}`, "latin1").catch(() => "");
      if (secrets().some((secret) => text.includes(secret))) telling.push(`${file} of ${pid}: ${text}`);
    }
  }
  return telling;
}

/** The lines that name a secret. */
function tellingLines(): readonly string[] {
  return keyed.serving.log.filter((line) => secrets().some((secret) => line.includes(secret)));
}

const JOBS: readonly (readonly [string, number, () => Promise<Response>])[] = [
  ["runs", 200, () => ask("/api/crankcase/v1/jobs", job(`echo ${CANARIES.output}; sleep 1.5`), keyed.key)],
  [
    "fails",
    200,
    () => ask("/api/crankcase/v1/jobs", job(`echo ${CANARIES.output} >&2; sleep 0.3; exit 3`), keyed.key),
  ],
  ["is killed at its time limit", 200, () => ask("/api/crankcase/v1/jobs", job("sleep 60"), keyed.key)],
  ["does not compile", 200, () => ask("/api/crankcase/v1/jobs", job("}", { language: "c" }), keyed.key)],
  [
    "comes by Piston's route",
    200,
    () => ask("/api/v2/execute", job("sleep 0.5", { version: "*" }), keyed.key),
  ],
  [
    "is of a language that nobody has",
    400,
    () => ask("/api/crankcase/v1/jobs", job("", { language: CANARIES.name }), keyed.key),
  ],
  [
    "has a field that is not known",
    400,
    () => ask("/api/crankcase/v1/jobs", job("", { [CANARIES.malformed ?? ""]: 1 }), keyed.key),
  ],
  ["is no JSON", 400, () => ask("/api/crankcase/v1/jobs", `{"a": ${CANARIES.malformed}`, keyed.key)],
  [
    "comes with a wrong key",
    401,
    () => ask("/api/crankcase/v1/jobs", job("echo"), `ck_${CANARIES.wrongkey}`),
  ],
  [
    "asks with a key where none belongs",
    401,
    () => fetch(`${keyed.serving.url}/api/v2/runtimes?key=${keyed.key}&x=${CANARIES.query}`),
  ],
];

test.each(JOBS)(
  "no log line, argument or environment holds a secret of a job that %s: %i",
  async (_, status, send) => {
    let over = false;
    const sent = send().finally(() => {
      over = true;
    });
    do {
      expect(await tellingProcesses()).toEqual([]);
    } while (!over);
    expect((await sent).status).toBe(status);
    expect(tellingLines()).toEqual([]);
  },
);

test("a request that breaks HTTP itself leaves no word of it in the log", async () => {
  const { port } = new URL(keyed.serving.url);
  const socket = connect(Number(port), "127.0.0.1");
  socket.write(
    `GET /${CANARIES.query} HTTP/9.9\r\nauthorization: ${keyed.key}\r\n: ${CANARIES.malformed}\r\n\r\n`,
  );
  await until(
    "the connection is closed",
    () => socket.destroyed || socket.readableEnded || socket.bytesRead > 0,
  );
  socket.destroy();
  expect(tellingLines()).toEqual([]);
});

test("the CLI tells no other user the key that it reads from a file", async () => {
  const { serving, keyFile } = keyed;
  const script = join(dirname(keyFile), "slow.sh");
  await writeFile(script, "sleep 1.5");
  const args = ["run", "--url", serving.url, "--key-file", keyFile, "bash", script];
  const running = execa(CRANKCASE, args, { input: "", reject: false });
  let over = false;
  void running.finally(() => {
    over = true;
  });
  do {
    expect(await tellingProcesses()).toEqual([]);
  } while (!over);
  expect(await running).toMatchObject({ exitCode: 0 });
  expect(tellingLines()).toEqual([]);
});

test("the log was not silent meanwhile, and the search finds what is there", async () => {
  expect(keyed.serving.log.filter((line) => line.includes('"msg":"request"')).length).toBeGreaterThanOrEqual(
    JOBS.length,
  );
  await using stack = new AsyncDisposableStack();
  const telltale = execa("sleep", ["60"], { env: { TELLTALE: CANARIES.source }, reject: false });
  stack.defer(async () => {
    telltale.kill("SIGKILL");
    await telltale;
  });
  await until("it is found", async () => (await tellingProcesses()).length === 1);
});
