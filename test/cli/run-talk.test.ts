import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { dir } from "tmp-promise";
import { afterAll, beforeAll, expect, test } from "vitest";
import { talkEvents } from "../../src/cli/run/talk-events.ts";
import { openTalk } from "../../src/cli/run/talk-socket.ts";
import { until } from "../support/until.ts";
import { onTerminal } from "./on-terminal.ts";
import { CRANKCASE, type Serving, startServing } from "./serving.ts";

let serving: Serving;
let folder: Awaited<ReturnType<typeof dir>>;

beforeAll(async () => {
  folder = await dir({ unsafeCleanup: true });
  const times = { wall_time_ms: 60_000 };
  serving = await startServing({ limits: { run: { maximum: times } } });
});

afterAll(async () => {
  await serving[Symbol.asyncDispose]();
  await folder.cleanup();
});

async function program(name: string, content: string): Promise<string> {
  const file = join(folder.path, name);
  await writeFile(file, content);
  return file;
}

const talk = (file: string, ...options: string[]) =>
  onTerminal([CRANKCASE, "run", "-i", ...options, file], folder.path, { CRANKCASE_URL: serving.url });

test("each key reaches the program as it is typed, arrow keys and Ctrl-D too, and its exit code comes back", async () => {
  const file = await program(
    "keys.py",
    `import os, sys, tty
tty.setraw(0)
print("ready", end="\\r\\n", flush=True)
got = b""
while len(got) < 5:
    got += os.read(0, 16)
print(got, end="\\r\\n")
sys.exit(9)`,
  );
  await using terminal = await talk(file);
  await terminal.shows("ready");
  terminal.types("\u001b[Aq");
  terminal.types("\u0004");
  await terminal.shows("b'\\x1b[Aq\\x04'");
  expect(await terminal.exitCode).toBe(9);
});

test("Ctrl-C is the program's: Python makes a KeyboardInterrupt of it", async () => {
  const file = await program(
    "interrupt.py",
    "try:\n    input('Name? ')\nexcept KeyboardInterrupt:\n    print('interrupted')\n    raise SystemExit(3)",
  );
  await using terminal = await talk(file);
  await terminal.shows("Name? ");
  terminal.types("\u0003");
  await terminal.shows("interrupted");
  expect(await terminal.exitCode).toBe(3);
});

test("the program knows the window's size, and hears of a new one", async () => {
  const file = await program(
    "size.py",
    `import os, signal, sys, time
def tell(*_):
    size = os.get_terminal_size()
    print("size", size.lines, size.columns, flush=True)
    if size.columns == 132: sys.exit(0)
signal.signal(signal.SIGWINCH, tell)
tell()
while True: time.sleep(0.1)`,
  );
  await using terminal = await talk(file);
  await terminal.shows("size 40 100");
  await terminal.resize(50, 132);
  await terminal.shows("size 50 132");
  expect(await terminal.exitCode).toBe(0);
});

test("the terminal is as it was after an exit, a signal to the command, and the end of the server's patience", async () => {
  const hides = await program(
    "hides.py",
    "import time, sys\nprint('\\x1b[?1049h\\x1b[?25lready', flush=True)\ntime.sleep(int(sys.stdin.readline()))",
  );
  await using exits = await talk(hides);
  await exits.shows("ready");
  expect(await exits.modes()).toContain("-icanon");
  exits.types("0\r");
  expect(await exits.exitCode).toBe(0);
  expect(await exits.modesAfter()).toBe(await exits.modesBefore());
  expect(exits.shown()).toContain("\u001b[?1049l");

  for (const [signal, exitCode] of [
    ["SIGTERM", 143],
    ["SIGHUP", 129],
  ] as const) {
    await using killed = await talk(hides);
    await killed.shows("ready");
    await killed.kill(signal);
    expect(await killed.exitCode).toBe(exitCode);
    expect(await killed.modesAfter()).toBe(await killed.modesBefore());
    expect(killed.shown()).toContain("\u001b[?25h");
  }

  await using timedOut = await talk(hides, "--timeout", "1500ms");
  await timedOut.shows("run: ");
  expect(await timedOut.exitCode).toBe(137);
  expect(await timedOut.modesAfter()).toBe(await timedOut.modesBefore());
});

test("a server that dies gives the terminal back, and is told of", async () => {
  await using own = await startServing({ limits: { run: { maximum: { wall_time_ms: 60_000 } } } });
  const file = await program("waits.py", "input('ready')");
  const command = [CRANKCASE, "run", "-i", file];
  await using terminal = await onTerminal(command, folder.path, { CRANKCASE_URL: own.url });
  await terminal.shows("ready");
  process.kill(own.child("daemon"), "SIGKILL");
  await terminal.shows("ended its answer too early");
  expect(await terminal.exitCode).toBe(125);
  expect(await terminal.modesAfter()).toBe(await terminal.modesBefore());
});

test("without a terminal -i sends input as it comes, every byte of it, and its end", async () => {
  const file = await program("cat.sh", 'IFS= read -r first; echo "got $first"; cat');
  const running = execa(CRANKCASE, ["run", "-i", file], {
    env: { PATH: process.env.PATH, CRANKCASE_URL: serving.url },
    extendEnv: false,
    encoding: "buffer",
    stripFinalNewline: false,
    reject: false,
  });
  let seen = "";
  running.stdout.on("data", (chunk) => {
    seen += String(chunk);
  });
  running.stdin.write("one\n");
  await until("the first line is answered before the end of input", () => seen.startsWith("got one"), 10_000);
  const bytes = Buffer.from(Array.from({ length: 60_000 }, (_value, index) => (index * 7) % 256));
  running.stdin.end(bytes);
  const { stdout, exitCode } = await running;
  expect(exitCode).toBe(0);
  expect(Buffer.compare(Buffer.from(stdout), Buffer.concat([Buffer.from("got one\n"), bytes]))).toBe(0);
});

test("the operator's socket is talked to as well", async () => {
  const socket = join(serving.place.runDir, "daemon/operator.sock");
  const { signal } = new AbortController();
  const talking = await openTalk({ url: serving.url, socket, key: null }, signal);
  const files = [{ content: "cat; exit 4" }];
  talking.send(JSON.stringify({ type: "init", job: { language: "bash", files, output_encoding: "base64" } }));
  talking.send(JSON.stringify({ type: "eof" }));
  const events = await Array.fromAsync(talkEvents(talking, serving.url, signal));
  expect(events.map(({ event }) => event)).toEqual(["runtime", "stage", "exit", "result"]);
  talking.terminate();
});

test("a caller's mistake comes back as such, with its hint", async () => {
  const file = await program("x.py", "print(1)");
  const { stderr, exitCode } = await execa(CRANKCASE, ["run", "-i", "-l", "<2", file], {
    env: { PATH: process.env.PATH, CRANKCASE_URL: serving.url },
    extendEnv: false,
    input: "",
    reject: false,
  });
  expect([exitCode, stderr]).toEqual([125, expect.stringMatching(/python-<2 runtime is unknown.*hint: /s)]);
});
