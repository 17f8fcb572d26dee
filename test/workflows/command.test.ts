import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { execa } from "execa";
import { afterAll, beforeAll, expect, test } from "vitest";
import { onTerminal } from "../cli/on-terminal.ts";
import { CRANKCASE, type Serving } from "../cli/serving.ts";
import { startKept } from "../keeper/start-kept.ts";
import { killAll } from "../pools/serving-pools.ts";
import { native } from "../queue/native.ts";
import { TIME_FACTOR } from "../support/time-factor.ts";
import { until } from "../support/until.ts";
import { PATIENT } from "./sent-workflow.ts";
import { twelveSteps } from "./twelve-steps.ts";

const SLOW = { timeout: 240_000 * TIME_FACTOR };

let serving: Serving;
let folder: string;

beforeAll(async () => {
  serving = await startKept({ slots: 4, ready_jails: 2, limits: PATIENT });
  folder = await mkdtemp(join(tmpdir(), "crankcase-workflows-"));
}, 60_000);

afterAll(() => serving[Symbol.asyncDispose]());

/** Runs a command at the test's server. */
async function crankcase(...args: string[]) {
  const env = { PATH: process.env.PATH, CRANKCASE_URL: serving.url };
  return await execa(CRANKCASE, args, { env, extendEnv: false, reject: false, cwd: folder });
}

async function file(name: string, text: string): Promise<string> {
  await writeFile(join(folder, name), text);
  return join(folder, name);
}

const SQUARES = `name: squares
steps:
  - name: numbers
    job:
      language: bash
      files:
        - path: numbers.sh
      stdin: {path: limit.txt}
  - name: square
    for_each: {from: numbers}
    job: &square
      language: bash
      files: [{content: "echo $(($1 * $1))"}]
      args: [{item: true}]
  - name: total
    job:
      language: bash
      files: [{content: "s=0; while read -r n; do s=$((s + n)); done; echo $s"}]
      stdin: {from: square}
`;

test("a workflow of YAML runs with files from beside it, and prints what a step wrote", SLOW, async () => {
  await file("numbers.sh", 'read -r n; seq 1 "$n"\n');
  await file("limit.txt", "4\n");
  const path = await file("squares.yaml", SQUARES);
  const { stdout, stderr, exitCode } = await crankcase("workflow", "run", "--print", "total", path);
  expect({ stdout, exitCode }, stderr).toEqual({ stdout: "30", exitCode: 0 });
  expect(stderr).toMatch(/^numbers: succeeded, /m);
  expect(stderr).toMatch(/^square: succeeded, 4\/4, /m);
  expect(stderr).toMatch(/^workflow [0-9a-f-]+: succeeded after /m);
});

test("one that fails says where to look, and exits with 1", SLOW, async () => {
  const steps = [{ name: "bad", job: { language: "bash", files: [{ content: "echo why >&2; exit 3" }] } }];
  const path = await file("bad.json", JSON.stringify({ steps }));
  const { stdout, stderr, exitCode } = await crankcase("workflow", "run", "--json", path);
  expect(exitCode, stderr).toBe(1);
  const workflow = JSON.parse(stdout);
  expect(workflow).toMatchObject({ state: "failed", steps: [{ name: "bad", state: "failed" }] });
  const shown = await crankcase("workflow", "show", workflow.id);
  expect(shown.exitCode).toBe(0);
  expect(shown.stdout).toContain(`bad: failed: crankcase logs ${workflow.steps[0].items[0].job}`);
  const logs = await crankcase("logs", workflow.steps[0].items[0].job);
  expect(logs.stderr).toContain("why");
});

test("mistakes are told by file and line, or by the server's field", SLOW, async () => {
  for (const [text, words] of [
    ["steps: [", "bad.yaml is not YAML"],
    ["- 1", "holds no workflow"],
    ["steps: 1", "has no list called steps"],
    ["steps: [{name: a, job: {language: bash, files: [{path: nothing.sh}]}}]", "nothing.sh cannot be read"],
    [
      "steps: [{name: a, job: {language: bash, files: [{content: {from: b}}]}}]",
      "steps[0].job.files[0].content.from",
    ],
  ] as const) {
    const { stderr, exitCode } = await crankcase("workflow", "run", await file("bad.yaml", text));
    expect([exitCode, stderr.includes(words)], stderr).toEqual([125, true]);
  }
});

test("it is left to the server, found in the list, and cancelled", SLOW, async () => {
  const steps = [{ name: "long", job: { language: "bash", files: [{ content: "sleep 60" }] } }];
  const path = await file("long.yaml", JSON.stringify({ name: "a long one", steps }));
  const { stdout: id } = await crankcase("workflow", "run", "--no-wait", path);
  const { stdout } = await crankcase("workflow", "list", "--state", "running");
  expect(stdout).toMatch(new RegExp(`^${id}  running  \\S+  a long one$`, "m"));
  const cancelled = await crankcase("workflow", "cancel", id);
  expect([cancelled.exitCode, cancelled.stdout]).toEqual([0, `${id}  cancelled`]);
  const again = await crankcase("workflow", "cancel", id);
  expect([again.exitCode, again.stdout]).toEqual([0, `${id}  cancelled`]);
  expect((await crankcase("workflow", "show", "nobody")).exitCode).toBe(125);
});

test(
  "Ctrl-C leaves a workflow to the server and says how to follow it, or ends it where that was asked for",
  SLOW,
  async () => {
    const steps = [{ name: "long", job: { language: "bash", files: [{ content: "sleep 20" }] } }];
    const path = await file("interrupted.yaml", JSON.stringify({ steps }));
    for (const [option, state] of [
      [[], "running"],
      [["--cancel-on-interrupt"], "cancelled"],
    ] as const) {
      await using terminal = await onTerminal([CRANKCASE, "workflow", "run", ...option, path], folder, {
        CRANKCASE_URL: serving.url,
      });
      await terminal.shows("running");
      await terminal.kill("SIGINT");
      expect(await terminal.exitCode).toBe(130);
      const id = /workflow ([0-9a-f-]{36})/.exec(terminal.shown())?.[1] ?? "";
      const { body } = await native(serving.url, "GET", `/workflows/${id}`);
      expect(body.state, terminal.shown()).toBe(state);
      await native(serving.url, "DELETE", `/workflows/${id}`);
    }
  },
);

test(
  "twelve steps are watched on a terminal while daemon and jailer are killed under them, and all is shown to the end",
  SLOW,
  async () => {
    const path = await file("twelve.yaml", JSON.stringify({ steps: twelveSteps }));
    await using terminal = await onTerminal([CRANKCASE, "workflow", "run", "--print", "all", path], folder, {
      CRANKCASE_URL: serving.url,
    });
    await until("some of eight are over", () => /[1-8]\/8/.test(terminal.shown()), 60_000);
    killAll([serving.child("daemon"), serving.child("jailer")]);
    await terminal.shows("the server went away");
    await until("it is over", () => /workflow \S+: /.test(terminal.shown()), 200_000);
    expect(await terminal.exitCode, stripVTControlCharacters(terminal.shown())).toBe(0);
    const lines = stripVTControlCharacters(terminal.shown()).split(/\r?\n/);
    const last = (name: string) => lines.findLast((line) => line.trim().startsWith(`${name} `))?.trim();
    expect(last("square")).toMatch(/^square +succeeded +8\/8 /);
    expect(last("lint")).toMatch(/^lint +failed /);
    expect(last("publish")).toMatch(/^publish +skipped$/);
    expect(last("all")).toMatch(/^all +succeeded /);
    expect(lines).toContain("<y z>204 line 3 big");
  },
);
