import { stat } from "node:fs/promises";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ANSWER, MAX_PAYLOAD_BYTES, REQUEST } from "../../src/jail/frame.ts";
import { openBuildJail, openJail } from "../../src/jail/open-jail.ts";
import { PayloadWriter } from "../../src/jail/payload-writer.ts";
import { attachPayload, openPayload, stagePayload } from "../../src/jail/requests.ts";
import { jailerOfFile } from "../support/jailer-of-file.ts";
import { makeJailerPlace } from "../support/jailer-place.ts";
import { shell } from "../support/program.ts";
import { SANITIZED, startJailer } from "../support/start-jailer.ts";
import { BASE } from "../support/test-data.ts";
import { openTestJail, type RunningProgram, type TestJail } from "../support/test-jail.ts";
import { JAIL_LIMITS } from "../support/test-limits.ts";
import { TIME_FACTOR } from "../support/time-factor.ts";
import { connectRaw, errorAtEnd, frame } from "./raw-connection.ts";
import {
  ATTACH,
  ahead,
  CAT,
  file,
  LATER,
  NAME,
  OPEN,
  OPEN_BUILD,
  signal,
  stage,
  stdin,
  submission,
} from "./valid-frames.ts";

const jailer = jailerOfFile({ slots: 3 }, SANITIZED);

/** Codes of ERROR (docs/jailer-protocol.md). */
const PROTOCOL = 1;

/** A jail that answers while the others are told nonsense. */
let bystander: { jail: TestJail; program: RunningProgram };

beforeAll(async () => {
  const jail = await openTestJail(jailer());
  const program = jail.start(
    shell("exec cat", { input: "stream", limits: { wallTimeMs: 120_000 * TIME_FACTOR } }),
  );
  bystander = { jail, program };
});

afterAll(async () => {
  const { jail, program } = bystander;
  await program.stage.write(Buffer.from("still there"));
  program.stage.endInput();
  expect(await program.ran).toMatchObject({ exitCode: 0, stdout: "still there" });
  await jail[Symbol.asyncDispose]();
});

/** The payload of a valid frame, to be spoiled. */
function payloadOf(valid: Buffer): Buffer {
  return Buffer.from(valid.subarray(8));
}

/** NAME with any text. */
function name(text: string): Buffer {
  return frame(REQUEST.name, 0, new PayloadWriter().string(text).end());
}

/** A frame with some bytes of its own put in at an offset. */
function spoiled(valid: Buffer, offset: number, ...bytes: readonly number[]): Buffer {
  const copy = Buffer.from(valid);
  copy.set(bytes, offset);
  return copy;
}

const STAGE = stagePayload(CAT);
/** The stdin kind stands behind argv, environment and folder; the limits are the last 72 bytes. */
const STDIN_KIND = STAGE.length - 72 - 8;

/** Conversations that break one rule, each in its last frame. */
const BREACHES: readonly (readonly [string, readonly Buffer[]])[] = [
  ["another version", [frame(REQUEST.open, 0, new PayloadWriter().u32(2).u8(0).end())]],
  ["an unknown kind of jail", [frame(REQUEST.open, 0, new PayloadWriter().u32(1).u8(2).end())]],
  ["a conversation that does not begin with OPEN", [ATTACH]],
  ["a stage in a jail that was not opened", [stage(1)]],
  ["a second OPEN", [OPEN, OPEN]],
  ["a second ATTACH", [OPEN, ATTACH, ATTACH]],
  ["a submission before the root", [OPEN_BUILD, submission("x")]],
  ["a submission of a job", [OPEN, ATTACH, submission("x")]],
  ["a file before the root", [OPEN, file("submission/x")]],
  ["a file of a build", [OPEN_BUILD, ATTACH, file("submission/x")]],
  ["a file after a stage", [OPEN, ATTACH, stage(1), file("submission/x")]],
  ["a file with an unknown flag", [OPEN, ATTACH, file("submission/x", 4)]],
  ["a file without a name", [OPEN, ATTACH, file("")]],
  ["a file with an absolute name", [OPEN, ATTACH, file("/etc/x")]],
  ["a file whose name leads up", [OPEN, ATTACH, file("submission/../../x")]],
  ["a file whose name has an empty part", [OPEN, ATTACH, file("submission//x")]],
  ["a file whose name ends in a slash", [OPEN, ATTACH, file("submission/x/")]],
  ["a file whose name has a part too long", [OPEN, ATTACH, file("x".repeat(256))]],
  [
    "more files to wait for than may be",
    [OPEN, ATTACH, ...Array.from({ length: 65 }, (_, index) => file(`${index}`, LATER))],
  ],
  ["a name before the root", [OPEN, NAME]],
  ["a name of a build", [OPEN_BUILD, ATTACH, NAME]],
  ["a second name", [OPEN, ATTACH, NAME, NAME]],
  ["a name after a stage", [OPEN, ATTACH, stage(1), NAME]],
  [
    "a name after its job has come",
    [OPEN, ATTACH, ahead({ argv: ["/bin/sleep", "9"] }), frame(REQUEST.go, 1), NAME],
  ],
  ["an empty name", [OPEN, ATTACH, name("")]],
  ["a name that is too long", [OPEN, ATTACH, name("a".repeat(129))]],
  ["a name with a space", [OPEN, ATTACH, name("a b")]],
  ["a name with a line's end", [OPEN, ATTACH, name("a\n")]],
  ["a name of other letters", [OPEN, ATTACH, name("é")]],
  [
    "a name with a byte too many",
    [OPEN, ATTACH, frame(REQUEST.name, 0, Buffer.concat([payloadOf(NAME), Buffer.alloc(1)]))],
  ],
  ["a name that names a stage", [OPEN, ATTACH, spoiled(NAME, 4, 1)]],
  ["a stage ahead in a build", [OPEN_BUILD, ATTACH, ahead()]],
  [
    "a stage ahead after another one",
    [OPEN, ATTACH, stage(1, { argv: ["/bin/true"], stdin: "none" }), ahead({}, 2)],
  ],
  ["a stage ahead that is talked to", [OPEN, ATTACH, ahead({ stdin: "stream" })]],
  ["a stage ahead with an unknown gate", [OPEN, ATTACH, spoiled(ahead(), 8, 3)]],
  ["a job for a stage that was not started ahead", [OPEN, ATTACH, stage(1), frame(REQUEST.go, 1)]],
  [
    "a job that comes twice",
    [OPEN, ATTACH, ahead({ argv: ["/bin/sleep", "9"] }), frame(REQUEST.go, 1), frame(REQUEST.go, 1)],
  ],
  ["a job with a byte too many", [OPEN, ATTACH, ahead(), frame(REQUEST.go, 1, Buffer.alloc(1))]],
  ["a stage before the root", [OPEN, stage(1)]],
  ["a submission after a stage", [OPEN_BUILD, ATTACH, stage(1), submission("x")]],
  ["a second stage while one runs", [OPEN, ATTACH, stage(1), stage(2)]],
  ["stage number 0", [OPEN, ATTACH, stage(0)]],
  ["an OPEN that names a stage", [frame(REQUEST.open, 1, openPayload("job"))]],
  ["a header whose reserved byte is set", [spoiled(OPEN, 7, 1)]],
  ["a frame that is longer than the longest", [spoiled(OPEN, 0, 1, 0, 0x10, 0)]],
  ["a frame of 4 GiB", [spoiled(OPEN, 0, 255, 255, 255, 255)]],
  ["type 0", [spoiled(OPEN, 6, 0)]],
  ["a type that does not exist", [OPEN, frame(15, 0)]],
  ["a type that only the jailer sends", [OPEN, frame(ANSWER.ready, 0)]],
  ["an OPEN that is cut off", [frame(REQUEST.open, 0, openPayload("job").subarray(1))]],
  [
    "an OPEN with a byte too many",
    [frame(REQUEST.open, 0, Buffer.concat([openPayload("job"), Buffer.alloc(1)]))],
  ],
  ["an ATTACH that is empty", [OPEN, frame(REQUEST.attach, 0)]],
  [
    "an ATTACH with a byte too many",
    [OPEN, frame(REQUEST.attach, 0, Buffer.concat([payloadOf(ATTACH), Buffer.alloc(1)]))],
  ],
  [
    "a string without its NUL",
    [OPEN_BUILD, ATTACH, frame(REQUEST.submission, 0, new PayloadWriter().bytes(Buffer.from("x")).end())],
  ],
  [
    "a string with a NUL inside",
    [
      OPEN_BUILD,
      ATTACH,
      frame(REQUEST.submission, 0, new PayloadWriter().bytes(Buffer.from("a\0b\0")).end()),
    ],
  ],
  [
    "a string of no bytes",
    [OPEN_BUILD, ATTACH, frame(REQUEST.submission, 0, new PayloadWriter().bytes(Buffer.alloc(0)).end())],
  ],
  [
    "a string that is longer than its frame",
    [OPEN_BUILD, ATTACH, frame(REQUEST.submission, 0, new PayloadWriter().u32(0xffffffff).u8(0).end())],
  ],
  [
    "a list that is longer than its frame",
    [OPEN, ATTACH, frame(REQUEST.stage, 1, new PayloadWriter().u32(0xffffffff).u8(0).end())],
  ],
  [
    "a disk of no bytes",
    [
      OPEN,
      frame(REQUEST.attach, 0, attachPayload({ base: BASE, layers: [] }, { ...JAIL_LIMITS, diskBytes: 0 })),
    ],
  ],
  [
    "a disk of no inodes",
    [
      OPEN,
      frame(REQUEST.attach, 0, attachPayload({ base: BASE, layers: [] }, { ...JAIL_LIMITS, inodes: 0 })),
    ],
  ],
  [
    "more inodes than there can be",
    [
      OPEN,
      frame(
        REQUEST.attach,
        0,
        attachPayload({ base: BASE, layers: [] }, { ...JAIL_LIMITS, inodes: 2 ** 40 }),
      ),
    ],
  ],
  [
    "an unknown flag",
    [OPEN, frame(REQUEST.attach, 0, spoiled(payloadOf(ATTACH), payloadOf(ATTACH).length - 4, 2))],
  ],
  [
    "more layers than a root can have",
    [
      OPEN,
      frame(
        REQUEST.attach,
        0,
        attachPayload({ base: BASE, layers: Array.from({ length: 9 }, () => "x/1") }, JAIL_LIMITS),
      ),
    ],
  ],
  ["a stage without a program", [OPEN, ATTACH, stage(1, { argv: [] })]],
  ["a program without an absolute path", [OPEN, ATTACH, stage(1, { argv: ["cat"] })]],
  ["a folder without an absolute path", [OPEN, ATTACH, stage(1, { cwd: "tmp" })]],
  [
    "a kind of stdin that does not exist",
    [OPEN, ATTACH, frame(REQUEST.stage, 1, spoiled(STAGE, STDIN_KIND, 4))],
  ],
  [
    "a reserved byte of a stage that is set",
    [OPEN, ATTACH, frame(REQUEST.stage, 1, spoiled(STAGE, STDIN_KIND + 1, 1))],
  ],
  [
    "a limit of nothing",
    [OPEN, ATTACH, frame(REQUEST.stage, 1, spoiled(STAGE, STAGE.length - 8, ...Buffer.alloc(8)))],
  ],
  [
    "a limit that no clock can hold",
    [OPEN, ATTACH, frame(REQUEST.stage, 1, spoiled(STAGE, STAGE.length - 8, ...Buffer.alloc(8, 255)))],
  ],
  [
    "a stage with a byte too many",
    [OPEN, ATTACH, frame(REQUEST.stage, 1, Buffer.concat([STAGE, Buffer.alloc(1)]))],
  ],
  ["input for a stage that never was", [OPEN, ATTACH, stdin(1)]],
  [
    "input for a stage that has none",
    [OPEN, ATTACH, stage(1, { stdin: "none", argv: ["/bin/sleep", "5"] }), stdin(1)],
  ],
  ["input of no bytes", [OPEN, ATTACH, stage(1), stdin(0)]],
  [
    "input beyond its window",
    [OPEN, ATTACH, stage(1, { argv: ["/bin/sleep", "5"] }), stdin(65_536), stdin(65_536), stdin(65_536)],
  ],
  [
    "input after its end",
    [OPEN, ATTACH, stage(1, { argv: ["/bin/sleep", "5"] }), frame(REQUEST.stdinEnd, 1), stdin(1)],
  ],
  ["an end of input with a payload", [OPEN, ATTACH, stage(1), frame(REQUEST.stdinEnd, 1, Buffer.alloc(1))]],
  ["signal 0", [OPEN, ATTACH, stage(1), signal(0)]],
  ["signal 65", [OPEN, ATTACH, stage(1), signal(65)]],
  ["a signal that is cut off", [OPEN, ATTACH, stage(1), frame(REQUEST.signal, 1, Buffer.alloc(3))]],
  ["a size for what is no terminal", [OPEN, ATTACH, stage(1), frame(REQUEST.resize, 1, Buffer.alloc(4))]],
  [
    "a commit in a jail for a job",
    [OPEN, ATTACH, frame(REQUEST.commit, 0, new PayloadWriter().string("a/1").bytes(Buffer.alloc(2)).end())],
  ],
  [
    "a removal in a jail for a job",
    [OPEN, frame(REQUEST.remove, 0, new PayloadWriter().string("a/1").end())],
  ],
];

describe("a breach of the protocol closes its own connection and no other", () => {
  test.each(BREACHES)("%s", async (_, frames) => {
    await using connection = connectRaw(jailer().socketPath);
    connection.send(...frames);
    expect(errorAtEnd(await connection.closed)?.code).toBe(PROTOCOL);
  });

  test("a stage number that does not rise", async () => {
    await using connection = connectRaw(jailer().socketPath);
    connection.send(OPEN, ATTACH, stage(7, { argv: ["/bin/true"] }));
    await connection.receives(ANSWER.report);
    connection.send(stage(7, { argv: ["/bin/true"] }));
    expect(errorAtEnd(await connection.closed)).toMatchObject({ code: PROTOCOL, text: "stage numbers rise" });
  });
});

describe("a peer may", () => {
  test("send its frames byte by byte", async () => {
    await using connection = connectRaw(jailer().socketPath);
    for (const byte of Buffer.concat([OPEN, ATTACH, stage(3, { argv: ["/bin/true"] })])) {
      connection.send(Buffer.from([byte]));
      if (byte % 16 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    await connection.receives(ANSWER.report);
  });

  test("write to, signal and resize a stage that has ended meanwhile", async () => {
    await using connection = connectRaw(jailer().socketPath);
    connection.send(OPEN, ATTACH, stage(1, { argv: ["/bin/true"] }));
    await connection.receives(ANSWER.report);
    connection.send(
      stdin(10),
      signal(15),
      frame(REQUEST.resize, 1, Buffer.alloc(4)),
      frame(REQUEST.stdinEnd, 1),
    );
    connection.send(stage(2, { argv: ["/bin/echo", "works"] }));
    await connection.receives(ANSWER.stdout);
  });

  test("send the longest frame there is", async () => {
    await using connection = connectRaw(jailer().socketPath);
    const room = MAX_PAYLOAD_BYTES - stagePayload({ ...CAT, argv: ["/bin/cat", ""] }).length;
    connection.send(OPEN, ATTACH, stage(1, { argv: ["/bin/cat", "x".repeat(room)] }));
    // One argument may have 128 KiB (execve(2), MAX_ARG_STRLEN): the program does not start, as in a shell.
    await connection.receives(ANSWER.report);
    connection.end();
    const words = (await connection.closed).filter(({ type }) => type === ANSWER.stderr);
    expect(words.map(({ payload }) => payload.toString())).toEqual([
      "cannot run /bin/cat: Argument list too long\n",
    ]);
  });

  test.each([
    ["before it says anything", []],
    ["in the middle of a header", [OPEN.subarray(0, 3)]],
    ["in the middle of a payload", [OPEN, ATTACH.subarray(0, 20)]],
    ["while a stage runs", [OPEN, ATTACH, stage(1)]],
  ])("go %s", async (_, bytes) => {
    await using connection = connectRaw(jailer().socketPath);
    connection.send(...bytes);
    connection.end();
    expect(errorAtEnd(await connection.closed)).toBeUndefined();
  });
});

describe("who may connect", () => {
  /** Connects as a user, says OPEN, and prints the type of the first answer, or nothing. */
  async function openAs(uid: number, socketPath: string): Promise<string> {
    const program = String.raw`
      use IO::Socket::UNIX;
      my $socket = IO::Socket::UNIX->new(Peer => $ARGV[0]) or die "cannot connect\n";
      syswrite($socket, pack("VvCCVC", 5, 0, 1, 0, 1, 0));
      print ord(substr($header, 6, 1)) if sysread($socket, $header, 8);
    `;
    const as = ["--reuid", String(uid), "--regid", String(uid), "--clear-groups"];
    const { stdout, stderr } = await execa("setpriv", [...as, "perl", "-e", program, socketPath], {
      reject: false,
    });
    return stdout + stderr;
  }

  const DAEMON = 65_534;
  const FOREIGNER = 65_533;

  test("the daemon's user may, another may not: neither by the socket's mode nor past it", async () => {
    await using place = await makeJailerPlace({ socketUid: DAEMON });
    await using other = await startJailer(place, SANITIZED);
    expect(await openAs(DAEMON, other.socketPath)).toBe(String(ANSWER.ready));
    expect(await openAs(FOREIGNER, other.socketPath)).toBe("cannot connect");
    const { mode, uid } = await stat(other.socketPath);
    expect([mode & 0o777, uid]).toEqual([0o600, DAEMON]);
    await execa("chmod", ["666", other.socketPath]);
    expect(await openAs(FOREIGNER, other.socketPath)).toBe("");
    expect(await openAs(DAEMON, other.socketPath)).toBe(String(ANSWER.ready));
  });
});

describe("when every slot is in use", () => {
  test("all who come are told so after a second, and get in again when a slot is free", async () => {
    const { socketPath } = jailer();
    const free = jailer().place.slots - 1;
    const held = await Promise.all(Array.from({ length: free }, () => openJail({ socketPath })));
    const start = performance.now();
    const refused = await Promise.allSettled(Array.from({ length: 5 }, () => openJail({ socketPath })));
    expect(performance.now() - start).toBeGreaterThan(900);
    expect(performance.now() - start).toBeLessThan(3_000 * TIME_FACTOR);
    for (const attempt of refused)
      expect(attempt).toMatchObject({ status: "rejected", reason: { code: "busy" } });
    await held.pop()?.[Symbol.asyncDispose]();
    held.push(await openJail({ socketPath }));
    await Promise.all(held.map((jail) => jail[Symbol.asyncDispose]()));
  });

  test("who waits gets the slot that comes free within the second", async () => {
    const { socketPath } = jailer();
    const free = jailer().place.slots - 1;
    const held = await Promise.all(Array.from({ length: free }, () => openJail({ socketPath })));
    const waiting = openJail({ socketPath });
    setTimeout(() => void held.pop()?.[Symbol.asyncDispose](), 300);
    const late = await waiting;
    await Promise.all([late, ...held].map((jail) => jail[Symbol.asyncDispose]()));
  });
});

describe("names that lead elsewhere are refused", () => {
  const NAMES = [
    "..",
    "../bases",
    "/etc",
    ".",
    ".hidden",
    "-",
    "a b",
    "a\nb",
    "a//b",
    "a/",
    "",
    "ä",
    "x".repeat(200),
  ];

  test.each(NAMES)("base %j", async (base) => {
    await using jail = await openJail({ socketPath: jailer().socketPath });
    jail.attach({ base, layers: [] }, JAIL_LIMITS);
    const attempt = jail.startStage(CAT, () => undefined).report;
    await expect(attempt).rejects.toMatchObject({ code: "jailer_failed", message: /^(name|open): / });
  });

  test.each([...NAMES, "python/../..", "../bases/trixie", "python/.."])("layer %j", async (layer) => {
    await using jail = await openJail({ socketPath: jailer().socketPath });
    jail.attach({ base: BASE, layers: [layer] }, JAIL_LIMITS);
    const attempt = jail.startStage(CAT, () => undefined).report;
    await expect(attempt).rejects.toMatchObject({ code: "jailer_failed", message: /^(name|open): / });
  });

  test.each([...NAMES, "a/b"])("submission %j", async (folder) => {
    await using jail = await openBuildJail({ socketPath: jailer().socketPath });
    jail.attach({ base: BASE, layers: [] }, JAIL_LIMITS);
    jail.submit(folder);
    const attempt = jail.startStage(CAT, () => undefined).report;
    await expect(attempt).rejects.toMatchObject({
      code: "jailer_failed",
      message: /^(name|open submission): /,
    });
  });

  test.each([...NAMES, "a", "a/b/c", "a/..", "../a/b"])("package %j to remove", async (name) => {
    await using jail = await openBuildJail({ socketPath: jailer().socketPath });
    await expect(jail.remove(name)).rejects.toMatchObject({ code: "jailer_failed", message: /^name: / });
  });
});
