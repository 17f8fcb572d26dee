import { randomBytes } from "node:crypto";
import { describe, expect, test } from "vitest";
import { jailerOfFile } from "../support/jailer-of-file.ts";
import { python, pythonFile, runProgram, shell } from "../support/program.ts";
import { packageLayer } from "../support/test-data.ts";
import { openTestJail } from "../support/test-jail.ts";
import { MIB } from "../support/test-limits.ts";

const jailer = jailerOfFile();

/** Runs JavaScript in a jail. */
async function runNode(source: string) {
  return runProgram(jailer(), {
    ...{ argv: ["/usr/local/bin/node", "-e", source], layers: [await packageLayer("node")] },
    limits: { memoryBytes: 512 * MIB },
  });
}

describe("processes and threads", () => {
  test("Python's multiprocessing, its executors, threads and subprocesses work", async () => {
    const ran = await runProgram(jailer(), await pythonFile("many-processes.py"));
    expect(ran).toMatchObject({ stderr: "", exitCode: 0 });
    expect(ran.stdout).toBe("328350\n328350\nfrom a child\n2\n[0, 1, 2, 3, 4, 5, 6, 7]\nfrom a shell\n");
  });

  test("Node sees the processors, runs workers and starts processes", async () => {
    const ran = await runNode(`
      const { cpus, availableParallelism } = require("node:os");
      const { Worker } = require("node:worker_threads");
      console.log(cpus().length > 0, cpus()[0].model !== "", availableParallelism() > 0);
      new Worker("require('node:worker_threads').parentPort.postMessage('from a worker')", { eval: true })
        .on("message", console.log)
        .on("exit", () => console.log(require("node:child_process").execSync("echo from a shell").toString()));
    `);
    expect(ran).toMatchObject({ stderr: "", exitCode: 0 });
    expect(ran.stdout).toBe("true true true\nfrom a worker\nfrom a shell\n\n");
  });

  test("a pipe between two programs carries more than it holds", async () => {
    const ran = await runProgram(jailer(), shell("head -c 3000000 /dev/zero | cat | cat | wc -c"));
    expect(ran.stdout).toBe("3000000\n");
  });

  test("a program's own signals, timers and child signals arrive", async () => {
    const source = `
import os, signal
seen = []
for name in ("SIGUSR1", "SIGALRM", "SIGCHLD"):
    signal.signal(getattr(signal, name), lambda number, _: seen.append(signal.Signals(number).name))
os.kill(os.getpid(), signal.SIGUSR1)
signal.setitimer(signal.ITIMER_REAL, 0.05)
signal.pause()
if os.fork() == 0: os._exit(0)
os.wait()
print(seen)
`;
    const ran = await runProgram(jailer(), await python(source));
    expect(ran.stdout).toBe("['SIGUSR1', 'SIGALRM', 'SIGCHLD']\n");
  });

  test("a signal from the peer reaches the main process", async () => {
    await using jail = await openTestJail(jailer());
    const program = jail.start(
      shell("trap 'echo got it; exit 9' USR1; echo ready; while :; do sleep 0.05; done"),
    );
    await program.prints("ready");
    program.stage.signal(10);
    expect(await program.ran).toMatchObject({ stdout: "ready\ngot it\n", exitCode: 9 });
  });
});

describe("sockets and shared memory", () => {
  test("sockets of every local kind work", async () => {
    const ran = await runProgram(jailer(), await pythonFile("local-sockets.py"));
    expect(ran).toMatchObject({ stderr: "", exitCode: 0 });
    expect(ran.stdout).toBe(
      "TCP True\nTCP over IPv6 True\nUnix True\nabstract Unix True\nUDP True\nUDP over IPv6 True\npair True\n",
    );
  });

  test("a web server and its client on localhost work", async () => {
    const ran = await runNode(`
      const server = require("node:http").createServer((_, response) => response.end("from the server"));
      server.listen(0, "localhost", async () => {
        console.log(await (await fetch("http://localhost:" + server.address().port)).text());
        process.exit();
      });
    `);
    expect(ran).toMatchObject({ stdout: "from the server\n", stderr: "", exitCode: 0 });
  });

  test("POSIX shared memory works", async () => {
    const source = `
from multiprocessing.shared_memory import SharedMemory
one = SharedMemory("name", create=True, size=1 << 20)
one.buf[1000] = 7
other = SharedMemory("name")
print(other.buf[1000])
other.close(), one.close(), one.unlink()
`;
    expect(await runProgram(jailer(), await python(source))).toMatchObject({ stdout: "7\n", stderr: "" });
  });
});

describe("users, time and devices", () => {
  test("the user is called runner and its home is /tmp", async () => {
    const source =
      "import os, pwd, grp\nu = pwd.getpwuid(os.getuid())\nprint(u.pw_name, u.pw_dir, grp.getgrgid(os.getgid()).gr_name)";
    expect((await runProgram(jailer(), await python(source))).stdout).toBe("runner /tmp runner\n");
  });

  test("the devices that programs expect are there", async () => {
    const script =
      "head -c 4 /dev/zero | wc -c; head -c 4 /dev/urandom | wc -c; head -c 4 /dev/random | wc -c; echo x > /dev/null; head -c 1 /dev/zero > /dev/full";
    const ran = await runProgram(jailer(), shell(script));
    expect(ran).toMatchObject({ stdout: "4\n4\n4\n", stderr: expect.stringContaining("No space left") });
  });

  test("temporary files work", async () => {
    const source =
      "import tempfile\nwith tempfile.NamedTemporaryFile() as f: f.write(b'x'); print(f.name.startswith('/tmp/'))";
    expect((await runProgram(jailer(), await python(source))).stdout).toBe("True\n");
  });

  test("what was compiled in one stage runs in the next", async () => {
    const files = { "a.c": '#include <stdio.h>\nint main(void) { puts("compiled"); }' };
    await using jail = await openTestJail(jailer(), { files, layers: [await packageLayer("gcc")] });
    expect(await jail.run({ argv: ["/executioners/c/compile", "a.c"] })).toMatchObject({
      exitCode: 0,
      stderr: "",
    });
    expect((await jail.run({ argv: ["/executioners/c/run", "a.c"] })).stdout).toBe("compiled\n");
  });
});

describe("output", () => {
  test("bytes of every value come out as they went in", async () => {
    const stdin = randomBytes(500_000);
    const ran = await runProgram(jailer(), { argv: ["/bin/cat"], stdin, input: "file" });
    expect(ran.output.equals(stdin)).toBe(true);
  });

  test("stdout and stderr are told apart", async () => {
    const ran = await runProgram(jailer(), shell("echo out; echo err >&2"));
    expect(ran).toMatchObject({ stdout: "out\n", stderr: "err\n", stdoutBytes: 4, stderrBytes: 4 });
  });

  test("a program may open its input and its output anew", async () => {
    const script = "cat /dev/stdin > /dev/stdout; echo err > /dev/stderr; echo more >> /proc/self/fd/1";
    const ran = await runProgram(jailer(), shell(script, { stdin: "from stdin\n", input: "file" }));
    expect(ran).toMatchObject({ stdout: "from stdin\nmore\n", stderr: "err\n", exitCode: 0 });
  });

  test("what a program printed last is not lost when it is killed by a signal", async () => {
    const ran = await runProgram(jailer(), shell("head -c 60000 /dev/zero; kill -KILL $$"));
    expect(ran).toMatchObject({ cause: "signaled", stdoutBytes: 60_000 });
  });

  test("a program waits while its peer takes no output, and goes on when it does", async () => {
    await using jail = await openTestJail(jailer());
    const gate = Promise.withResolvers<void>();
    const script = "head -c 4000000 /dev/zero; echo end >&2";
    const program = jail.start(
      shell(script, { limits: { stdoutBytes: 2 ** 30 }, onOutput: () => gate.promise }),
    );
    await new Promise((resolve) => setTimeout(resolve, 400));
    expect(program.stdout().length).toBeLessThan(70_000);
    gate.resolve();
    expect(await program.ran).toMatchObject({ exitCode: 0, stdoutBytes: 4_000_000, stderr: "end\n" });
  });
});
