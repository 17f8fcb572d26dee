import { afterEach, describe, expect, test } from "vitest";
import { jailerOfFile } from "../support/jailer-of-file.ts";
import { python, runProgram, shell } from "../support/program.ts";
import { openTestJail } from "../support/test-jail.ts";
import { MIB } from "../support/test-limits.ts";
import { expectUntouchedSlot } from "../support/untouched-slot.ts";

const jailer = jailerOfFile({ slots: 1 });

afterEach(() => expectUntouchedSlot(jailer()));

const jailLimits = { diskBytes: 8 * MIB, inodes: 500 };

/** Writes files of 1 MiB until that fails; prints how many were written, and the error. */
const FILL_DISK = `
import errno, sys
count = 0
try:
    while True:
        with open(f"{sys.argv[1 + count % (len(sys.argv) - 1)]}/{count}", "wb") as file: file.write(b"x" * 1048576)
        count += 1
except OSError as error: print(count, errno.errorcode[error.errno])
`;

describe("disk", () => {
  test.each(["/box/submission", "/tmp", "/dev/shm"])("filling %s ends in ENOSPC", async (folder) => {
    const ran = await runProgram(jailer(), await python(FILL_DISK, { jailLimits }, [folder]));
    expect(ran).toMatchObject({ stdout: "7 ENOSPC\n", cause: "exited", exitCode: 0 });
  });

  test("/box, /tmp and /dev/shm draw on one limit", async () => {
    const folders = ["/box/submission", "/tmp", "/dev/shm"];
    const ran = await runProgram(jailer(), await python(FILL_DISK, { jailLimits }, folders));
    expect(ran.stdout).toBe("7 ENOSPC\n");
  });

  test("room that is reserved without being written counts", async () => {
    const source = "import os\nos.posix_fallocate(os.open('/tmp/f', os.O_CREAT | os.O_RDWR), 0, 9 << 20)";
    const ran = await runProgram(jailer(), await python(source, { jailLimits }));
    expect(ran.stderr).toContain("No space left on device");
  });

  test("what one stage leaves takes its room from the next", async () => {
    await using jail = await openTestJail(jailer(), { jailLimits });
    expect((await jail.run(shell("head -c 5M /dev/zero > /tmp/kept"))).exitCode).toBe(0);
    const ran = await jail.run(shell("head -c 5M /dev/zero > /tmp/more"));
    expect(ran.stderr).toContain("No space left on device");
  });

  test("a submission that is larger than the disk is refused", async () => {
    const files = { large: Buffer.alloc(9 * MIB) };
    const running = runProgram(jailer(), shell("true", { files, jailLimits }));
    await expect(running).rejects.toMatchObject({ code: "submission_too_large" });
  });

  test("a submission that is larger than the last job's memory is copied all the same", async () => {
    const small = shell("true", { jailLimits: { diskBytes: MIB }, limits: { memoryBytes: 4 * MIB } });
    expect((await runProgram(jailer(), small)).exitCode).toBe(0);
    const files = { large: Buffer.alloc(100 * MIB) };
    const ran = await runProgram(jailer(), shell("stat -c %s large", { files }));
    expect(ran.stdout).toBe(`${100 * MIB}\n`);
  });
});

describe("inodes", () => {
  test.each([
    ["files", "open(f'/tmp/{count}', 'w').close()"],
    ["folders", "os.mkdir(f'/dev/shm/{count}')"],
    ["links", "os.symlink('x', f'/box/submission/{count}')"],
    ["fifos", "os.mkfifo(f'/tmp/{count}')"],
  ])("%s without end are refused with ENOSPC", async (_, make) => {
    const source = `
import errno, os
count = 0
try:
    while True:
        ${make}
        count += 1
except OSError as error: print(count < 500, count > 450, errno.errorcode[error.errno])
`;
    const ran = await runProgram(jailer(), await python(source, { jailLimits }));
    expect(ran).toMatchObject({ stdout: "True True ENOSPC\n", cause: "exited", exitCode: 0 });
  });

  test("what many files take of the kernel's memory does not stop the next stage", async () => {
    const source = "import os\nfor n in range(40000): os.close(os.open(f'/tmp/{n:0200}', os.O_CREAT))";
    const setup = await python(source, { jailLimits: { diskBytes: MIB, inodes: 65_536 } });
    await using jail = await openTestJail(jailer(), setup);
    expect(await jail.run(setup)).toMatchObject({ exitCode: 0, stderr: "" });
    const ran = await jail.run(shell("echo works", { limits: { memoryBytes: 4 * MIB } }));
    expect(ran).toMatchObject({ stdout: "works\n", exitCode: 0 });
  });

  test("a tree of folders that is too deep for any path is gone with its jail", async () => {
    const source =
      "import os\nos.chdir('/tmp')\nfor _ in range(3000): os.mkdir('d' * 100); os.chdir('d' * 100)\nprint('deep')";
    expect((await runProgram(jailer(), await python(source))).stdout).toBe("deep\n");
  });
});

describe("file size", () => {
  const limits = { fileSizeBytes: MIB };

  test("a file that grows past its limit ends the program with SIGXFSZ", async () => {
    const ran = await runProgram(jailer(), shell("exec head -c 2M /dev/zero > /tmp/file", { limits }));
    expect(ran).toMatchObject({ cause: "signaled", signal: "SIGXFSZ" });
  });

  test("a program that ignores SIGXFSZ sees EFBIG", async () => {
    const source = "import os\nwith open('/tmp/file', 'wb') as file: file.truncate(2 << 20)";
    const ran = await runProgram(jailer(), await python(source, { limits }));
    expect(ran).toMatchObject({ cause: "exited", exitCode: 1 });
    expect(ran.stderr).toContain("[Errno 27] File too large");
  });
});
