import { afterAll, beforeAll, expect, test } from "vitest";
import { until } from "../support/until.ts";
import { killAll, type PoolServer, poolServer, runnersOf, sessionsOf } from "./serving-pools.ts";

/** A program of each language that is started ahead, which tells what it was given. */
const ECHOES: Readonly<Record<string, string>> = {
  python: "import sys; print(sys.argv[1:], input(), __name__)",
  javascript: "console.log(process.argv.slice(2), require('fs').readFileSync(0, 'utf8').trim(), __filename)",
  ruby: "p ARGV, $stdin.gets, $0",
  php: '<?php echo json_encode(array_slice($argv, 1)), fgets(STDIN), __FILE__, "\\n";',
  perl: 'print "@ARGV ", scalar <STDIN>, $0, "\\n";',
  bash: 'read line; echo "$@" "$line" "$0" "$BASHPID"',
  lua: "print(arg[1], io.read(), arg[0])",
};

let server: PoolServer;
beforeAll(async () => {
  // Places for all keys of this file: none has to give way.
  server = await poolServer({ ready_jails: 60 });
});
afterAll(() => server[Symbol.asyncDispose]());

test.each(Object.entries(ECHOES))(
  "a %s program that was started ahead does what a cold one does",
  async (language, program) => {
    const stdin = "line ü\n";
    const cold = await server.run(language, program, { stdin, environment: { UNUSED: "" } });
    expect(cold).toMatchObject({ start: "cold", exitCode: 0, stderr: "" });
    expect(await server.runAhead(language, program, { stdin })).toEqual({ ...cold, start: "ahead" });
    const args = await server.runAhead(language, program, { stdin, args: ["one"] });
    expect(args).toMatchObject({ exitCode: 0, stderr: "" });
    expect(args.stdout).toContain("one");
  },
);

test("what a job has of its own makes it cold, and it gets it", async () => {
  await server.startAhead("bash");
  const program = 'echo "$@ $MINE"; ulimit -n; touch out';
  const own = [{ environment: { MINE: "mine" } }, { args: ["mine"] }, { artifacts: ["out"] }];
  for (const rest of own) expect(await server.run("bash", program, rest)).toMatchObject({ start: "cold" });
  const limits = await server.run("bash", program, { limits: { run: { open_files: 99 } } });
  expect(limits).toMatchObject({ start: "cold", stdout: " \n99\n" });
});

test("more files than one reach it, and it starts from the one that is to run", async () => {
  const files = (text: string) => [
    {
      name: "start.py",
      content: "import lib.part, sys; print(lib.part.TEXT, open('data.txt').read(), sys.path[0])",
    },
    { name: "lib/part.py", content: `TEXT = '${text}'` },
    { name: "data.txt", content: text.toUpperCase() },
  ];
  await server.startAhead("python", { files: files("before") });
  expect(await server.runAhead("python", "", { files: files("now") })).toMatchObject({
    ...{ stdout: "now NOW /box/submission\n", stderr: "" },
  });
});

test("jobs come at one time and each gets its own", async () => {
  await server.startAhead("python");
  const jobs = Array.from({ length: 24 }, (_, job) => server.run("python", `print(${job})`));
  const outputs = (await Promise.all(jobs)).map(({ stdout }) => stdout);
  expect(outputs).toEqual(outputs.map((_, job) => `${job}\n`));
});

test("a storm of all languages at one time: every job is right", async () => {
  const hello: Readonly<Record<string, (word: number) => string>> = {
    python: (word) => `print(${word})`,
    javascript: (word) => `console.log(${word})`,
    perl: (word) => `print ${word}, "\n";`,
    php: (word) => `<?php echo ${word}, "\n";`,
    bash: (word) => `echo ${word}`,
    lua: (word) => `print(${word})`,
  };
  const jobs = Array.from({ length: 90 }, (_, job) => {
    const [language = "", program = () => ""] = Object.entries(hello)[job % 6] ?? [];
    return server.run(language, program(job));
  });
  const outputs = (await Promise.all(jobs)).map(({ stdout }) => stdout);
  expect(outputs).toEqual(outputs.map((_, job) => `${job}\n`));
});

test("jails that are killed while they wait, or as their job comes, fail no job", async () => {
  for (let round = 0; round < 5; round += 1) {
    await server.startAhead("python");
    const jailer = server.serving.child("jailer");
    const jobs = Array.from({ length: 3 }, (_, job) => server.run("python", `print(${job})`));
    killAll(await sessionsOf(jailer));
    const outputs = await Promise.allSettled(jobs);
    // Whose output was on its way when its session was killed is told so, as without pools.
    for (const output of outputs) {
      if (output.status === "rejected") expect(output.reason.message).toContain("jail_lost");
    }
    await until("the pools are refilled", async () => (await server.metric("crankcase_jails_ready")) > 0);
  }
});

test("jails that were killed while they waited fail no job", async () => {
  for (let round = 0; round < 5; round += 1) {
    await server.startAhead("python");
    killAll(await sessionsOf(server.serving.child("jailer")));
    expect(await server.run("python", `print(${round})`)).toMatchObject({
      stdout: `${round}\n`,
      exitCode: 0,
    });
  }
});

test("a program that was killed while it waited fails no job", async () => {
  for (let round = 0; round < 5; round += 1) {
    await server.startAhead("python");
    killAll(await runnersOf(server.serving));
    expect(await server.run("python", `print(${round})`)).toMatchObject({
      stdout: `${round}\n`,
      exitCode: 0,
    });
  }
});

test("a caller that goes while its job runs in a started program ends that program", async () => {
  await server.startAhead("bash");
  const given = new AbortController();
  const job = fetch(`${server.serving.url}/api/crankcase/v1/jobs`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ language: "bash", files: [{ content: "sleep 50" }] }),
    signal: given.signal,
  });
  await until("it runs", async () => (await server.metric("crankcase_slots_in_use")) === 1);
  given.abort();
  await expect(job).rejects.toThrow();
  await until("it is gone", async () => (await server.metric("crankcase_slots_in_use")) === 0);
});

test("a reload drops what was started before it", async () => {
  await server.startAhead("python");
  process.kill(server.serving.pid, "SIGHUP");
  await until("none is left", async () => (await server.ahead()).python === undefined);
  expect(await server.run("python", "print(1)")).toMatchObject({ start: "cold", stdout: "1\n" });
});
