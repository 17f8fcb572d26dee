import { expect, test } from "vitest";
import { ANSWER, MAX_PAYLOAD_BYTES, REQUEST } from "../../src/jail/frame.ts";
import type { OnOutput } from "../../src/jail/jail.ts";
import { openBuildJail, openJail } from "../../src/jail/open-jail.ts";
import { PayloadWriter } from "../../src/jail/payload-writer.ts";
import { FakeJailer } from "./fake-jailer.ts";
import { reportPayload } from "./report-payload.ts";
import { seededRandom } from "./seeded-random.ts";
import { stageRequest } from "./stage-request.ts";

const EMPTY = Buffer.alloc(0);
const ignoreOutput: OnOutput = () => undefined;

/** A jail that is made, and the jailer's side of it. */
async function madeJail(jailer: FakeJailer, signal?: AbortSignal) {
  const opening = openJail({ socketPath: jailer.socketPath }, signal === undefined ? {} : { signal });
  const peer = await jailer.accept();
  const open = await peer.makeReady();
  return { jail: await opening, peer, open };
}

/** A jail in which a stage runs. */
async function runningStage(jailer: FakeJailer, onOutput: OnOutput = ignoreOutput) {
  const { jail, peer } = await madeJail(jailer);
  const stage = jail.startStage(stageRequest, onOutput);
  expect((await peer.read()).type).toBe(REQUEST.stage);
  return { jail, peer, stage };
}

function turn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 20));
}

test("OPEN is sent at once, and the jail is there when READY has come", async () => {
  await using jailer = await FakeJailer.start();
  const { open, peer, jail } = await madeJail(jailer);
  expect(open).toEqual({ type: REQUEST.open, stage: 0, payload: Buffer.from([1, 0, 0, 0, 0]) });
  peer.close();
  await jail[Symbol.asyncDispose]();
});

test("attach, the files and the stage leave at once and in order, with nothing awaited between", async () => {
  await using jailer = await FakeJailer.start();
  const { jail, peer } = await madeJail(jailer);
  jail.attach({ base: "trixie", layers: ["python/3"] }, { diskBytes: 1, inodes: 2 });
  jail.put([{ name: "submission/a", content: Buffer.from("x"), executable: true }]);
  jail.startStage(stageRequest, ignoreOutput);
  const frames = [await peer.read(), await peer.read(), await peer.read()];
  expect(frames.map(({ type, stage }) => [type, stage])).toEqual([
    [REQUEST.attach, 0],
    [REQUEST.file, 0],
    [REQUEST.stage, 1],
  ]);
  expect(frames[1]?.payload).toEqual(
    new PayloadWriter().string("submission/a").u8(1).bytes(Buffer.from("x")).end(),
  );
});

test("output arrives in its order, then the report, wherever the socket cuts the bytes", async () => {
  await using jailer = await FakeJailer.start();
  const random = seededRandom(7);
  const seen: string[] = [];
  const { peer, stage } = await runningStage(jailer, (stream, chunk) => {
    seen.push(`${stream} ${chunk.length} ${chunk[0]}`);
  });
  const sent = Array.from({ length: 60 }, (_, index) => {
    const stream = random() < 0.5 ? "stdout" : "stderr";
    const payload = Buffer.alloc(1 + Math.floor(random() * 65_536), index);
    peer.send(ANSWER[stream], 1, payload);
    return `${stream} ${payload.length} ${index}`;
  });
  peer.send(ANSWER.report, 1, reportPayload({ exitCode: 3 }));
  expect(await stage.report).toMatchObject({ cause: "exited", exitCode: 3 });
  expect(seen).toEqual(sent);
});

test("stages of one jail follow each other, each with its own number", async () => {
  await using jailer = await FakeJailer.start();
  const { jail, peer, stage } = await runningStage(jailer);
  expect(() => jail.startStage(stageRequest, ignoreOutput)).toThrow("runs a stage already");
  peer.send(ANSWER.report, 1, reportPayload({ exitCode: 1 }));
  expect((await stage.report).exitCode).toBe(1);
  const second = jail.startStage(stageRequest, ignoreOutput);
  expect((await peer.read()).stage).toBe(2);
  peer.send(ANSWER.report, 2, reportPayload({ exitCode: 2 }));
  expect((await second.report).exitCode).toBe(2);
});

test("an onOutput that returns a promise holds back the next output and then the jailer", async () => {
  await using jailer = await FakeJailer.start();
  const gate = Promise.withResolvers<void>();
  const seen: number[] = [];
  const { peer, stage } = await runningStage(jailer, (_, chunk) => {
    seen.push(chunk[0] ?? -1);
    return seen.length === 1 ? gate.promise : undefined;
  });
  for (let index = 0; index < 100; index += 1) peer.send(ANSWER.stdout, 1, Buffer.alloc(65_536, index));
  peer.send(ANSWER.report, 1, reportPayload());
  await turn();
  expect(seen).toEqual([0]);
  expect(peer.unsent).toBeGreaterThan(4_000_000);
  gate.resolve();
  await stage.report;
  expect(seen).toEqual(Array.from({ length: 100 }, (_, index) => index));
});

test("an onOutput that fails kills the jail, and the report rejects with its error", async () => {
  await using jailer = await FakeJailer.start();
  const failure = new Error("the client hung up");
  const { peer, stage } = await runningStage(jailer, () => Promise.reject(failure));
  peer.send(ANSWER.stdout, 1, Buffer.from("x"));
  await expect(stage.report).rejects.toBe(failure);
  await peer.ended;
});

test("input, its end, a signal and a size reach the stage in order", async () => {
  await using jailer = await FakeJailer.start();
  const { jail, peer } = await madeJail(jailer);
  const stage = jail.startStage({ ...stageRequest, stdin: { rows: 24, columns: 80 } }, ignoreOutput);
  await stage.write(Buffer.from("hi"));
  stage.resize({ rows: 1, columns: 258 });
  stage.signal(2);
  stage.endInput();
  await peer.read();
  const frames = [await peer.read(), await peer.read(), await peer.read(), await peer.read()];
  expect(frames).toEqual([
    { type: REQUEST.stdin, stage: 1, payload: Buffer.from("hi") },
    { type: REQUEST.resize, stage: 1, payload: Buffer.from([1, 0, 2, 1]) },
    { type: REQUEST.signal, stage: 1, payload: Buffer.from([2, 0, 0, 0]) },
    { type: REQUEST.stdinEnd, stage: 1, payload: EMPTY },
  ]);
});

test("signals that the jailer does not take wait for room, which there is again once it has taken them, or is gone", async () => {
  await using jailer = await FakeJailer.start();
  const { peer, stage } = await runningStage(jailer);
  const fill = async () => {
    peer.pause();
    for (let sent = 0; stage.room === undefined && sent < 1_000_000; sent += 1) {
      stage.signal(18);
      if (sent % 1_000 === 0) await turn();
    }
    expect(stage.room).toBeDefined();
  };
  await fill();
  const room = stage.room;
  peer.resume();
  await room;
  expect(stage.room).toBeUndefined();
  await fill();
  const lost = stage.room;
  peer.destroy();
  await lost;
  await expect(stage.report).rejects.toThrow();
});

test("input waits for TAKEN once 65,536 bytes are on their way", async () => {
  await using jailer = await FakeJailer.start();
  const { peer, stage } = await runningStage(jailer);
  const written = stage.write(Buffer.alloc(65_537));
  expect((await peer.read()).payload).toHaveLength(65_536);
  await turn();
  expect(peer.unread).toBe(0);
  peer.send(ANSWER.taken, 1, Buffer.from([2, 0, 0, 0]));
  expect((await peer.read()).payload).toHaveLength(1);
  await written;
});

test("what the jailer would refuse is refused before it is sent", async () => {
  await using jailer = await FakeJailer.start();
  const { jail } = await madeJail(jailer);
  const stage = jail.startStage({ ...stageRequest, stdin: "file" }, ignoreOutput);
  await expect(stage.write(Buffer.from("x"))).rejects.toThrow("no input");
  expect(() => stage.endInput()).toThrow("no input");
  expect(() => stage.signal(65)).toThrow("no signal 65");
  expect(() => stage.signal(0)).toThrow("no signal 0");
  expect(() => stage.resize({ rows: 1, columns: 1 })).toThrow("terminal");
});

test("what is sent to a stage that is over goes nowhere and harms nobody", async () => {
  await using jailer = await FakeJailer.start();
  const { jail, peer, stage } = await runningStage(jailer);
  peer.send(ANSWER.report, 1, reportPayload());
  await stage.report;
  await stage.write(Buffer.from("late"));
  stage.endInput();
  stage.signal(15);
  jail.put([{ name: "marker", content: Buffer.alloc(0) }]);
  expect((await peer.read()).type).toBe(REQUEST.file);
});

test("an ERROR of the jailer rejects the report with its code, its step, its path and its errno", async () => {
  await using jailer = await FakeJailer.start();
  const { peer, stage } = await runningStage(jailer);
  peer.send(ANSWER.error, 0, new PayloadWriter().u8(4).string("exec").string("/bin/x").u32(2).end());
  peer.close();
  await expect(stage.report).rejects.toMatchObject({
    code: "jailer_failed",
    message: "exec: /bin/x: ENOENT",
  });
});

test("an error of attach surfaces in the report of the stage that comes after it", async () => {
  await using jailer = await FakeJailer.start();
  const { jail, peer } = await madeJail(jailer);
  jail.attach({ base: "none", layers: [] }, { diskBytes: 1, inodes: 1 });
  await peer.read();
  peer.send(ANSWER.error, 0, new PayloadWriter().u8(3).string("attach").string("bases/none").u32(2).end());
  peer.close();
  await turn();
  const stage = jail.startStage(stageRequest, ignoreOutput);
  await expect(stage.report).rejects.toMatchObject({ code: "jailer_failed" });
  await stage.write(Buffer.from("x"));
});

test("openJail rejects with `busy` and when to come back when every slot is in use", async () => {
  await using jailer = await FakeJailer.start();
  const opening = openJail({ socketPath: jailer.socketPath });
  const peer = await jailer.accept();
  peer.send(ANSWER.error, 0, new PayloadWriter().u8(2).string("open").string("").u32(0).end());
  peer.close();
  await expect(opening).rejects.toMatchObject({ code: "busy", retryAfterSeconds: 1 });
});

test("openJail rejects with `jailer_absent` when nobody listens", async () => {
  await using jailer = await FakeJailer.start();
  const opening = openJail({ socketPath: `${jailer.socketPath}.not` });
  await expect(opening).rejects.toMatchObject({ code: "jailer_absent", fault: "busy" });
});

test("openJail rejects when the jailer speaks another version", async () => {
  await using jailer = await FakeJailer.start();
  const opening = openJail({ socketPath: jailer.socketPath });
  const peer = await jailer.accept();
  void peer.ended.then(() => peer.close());
  await peer.makeReady(2);
  await expect(opening).rejects.toMatchObject({ code: "jailer_failed" });
});

test("openJail gives up on a jailer that never answers", async () => {
  await using jailer = await FakeJailer.start();
  const opening = openJail({ socketPath: jailer.socketPath, answerTimeoutMs: 50 });
  const peer = await jailer.accept();
  void peer.ended.then(() => peer.close());
  await expect(opening).rejects.toThrow("was not made within 50 ms");
});

test("a jailer that dies rejects the running stage's report with `jail_lost`", async () => {
  await using jailer = await FakeJailer.start();
  const { jail, peer, stage } = await runningStage(jailer);
  peer.destroy();
  await expect(stage.report).rejects.toMatchObject({ code: "jail_lost" });
  await jail[Symbol.asyncDispose]();
});

test("disposal settles only when the jailer has closed its side, and drops what still comes", async () => {
  await using jailer = await FakeJailer.start();
  const seen: Buffer[] = [];
  const { jail, peer, stage } = await runningStage(jailer, (_, chunk) => void seen.push(chunk));
  let gone = false;
  const disposal = jail[Symbol.asyncDispose]().then(() => {
    gone = true;
  });
  await peer.ended;
  await expect(stage.report).rejects.toMatchObject({ code: "jail_lost" });
  peer.send(ANSWER.stdout, 1, Buffer.alloc(65_536));
  await turn();
  expect(gone).toBe(false);
  peer.close();
  await disposal;
  expect(seen).toEqual([]);
});

test("disposal does not wait for an onOutput that never settles", async () => {
  await using jailer = await FakeJailer.start();
  const called = Promise.withResolvers<void>();
  const { jail, peer } = await runningStage(jailer, () => {
    called.resolve();
    return new Promise(() => undefined);
  });
  for (let index = 0; index < 50; index += 1) peer.send(ANSWER.stdout, 1, Buffer.alloc(65_536));
  await called.promise;
  void peer.ended.then(() => peer.close());
  await jail[Symbol.asyncDispose]();
});

test("disposing twice is harmless, at once and afterwards", async () => {
  await using jailer = await FakeJailer.start();
  const { jail, peer } = await madeJail(jailer);
  void peer.ended.then(() => peer.close());
  await Promise.all([jail[Symbol.asyncDispose](), jail[Symbol.asyncDispose]()]);
  await jail[Symbol.asyncDispose]();
});

test("disposal fails when the jail is not gone in time", async () => {
  await using jailer = await FakeJailer.start();
  const opening = openJail({ socketPath: jailer.socketPath, answerTimeoutMs: 50 });
  const peer = await jailer.accept();
  await peer.makeReady();
  const jail = await opening;
  await expect(jail[Symbol.asyncDispose]()).rejects.toMatchObject({
    code: "jailer_failed",
    message: "the jail was not gone after 50 ms",
  });
});

test("an abort kills the jail, and the report rejects with its reason", async () => {
  await using jailer = await FakeJailer.start();
  const controller = new AbortController();
  const { jail, peer } = await madeJail(jailer, controller.signal);
  const stage = jail.startStage(stageRequest, ignoreOutput);
  const reason = new Error("cancelled");
  controller.abort(reason);
  await expect(stage.report).rejects.toBe(reason);
  await peer.ended;
});

test("an abort while the jail is made rejects openJail once the jailer has closed", async () => {
  await using jailer = await FakeJailer.start();
  const controller = new AbortController();
  const opening = openJail({ socketPath: jailer.socketPath }, { signal: controller.signal });
  const peer = await jailer.accept();
  controller.abort(new Error("cancelled"));
  void peer.ended.then(() => peer.close());
  await expect(opening).rejects.toThrow("cancelled");
  await expect(openJail({ socketPath: "/nowhere" }, { signal: controller.signal })).rejects.toThrow(
    "cancelled",
  );
});

test.each([
  ["a stage that does not run", ANSWER.stdout, 2, Buffer.from("x")],
  ["an answer that nobody asked for", ANSWER.committed, 0, EMPTY],
  ["a type that does not exist", 99, 1, EMPTY],
  ["a report that is cut off", ANSWER.report, 1, Buffer.alloc(3)],
  ["more input taken than was sent", ANSWER.taken, 1, Buffer.from([1, 0, 0, 0])],
])("a jailer that breaks the protocol is hung up on: %s", async (_, type, stageNumber, payload) => {
  await using jailer = await FakeJailer.start();
  const { peer, stage } = await runningStage(jailer);
  peer.send(type, stageNumber, payload);
  await expect(stage.report).rejects.toMatchObject({ code: "jailer_failed" });
  await peer.ended;
});

test("a frame that announces more than the protocol allows is hung up on", async () => {
  await using jailer = await FakeJailer.start();
  const { peer, stage } = await runningStage(jailer);
  const header = Buffer.alloc(8);
  header.writeUInt32LE(MAX_PAYLOAD_BYTES + 1);
  peer.sendBytes(header);
  await expect(stage.report).rejects.toThrow("broke the protocol");
});

test("a build jail commits and removes packages, and says when that is done", async () => {
  await using jailer = await FakeJailer.start();
  const opening = openBuildJail({ socketPath: jailer.socketPath });
  const peer = await jailer.accept();
  expect((await peer.makeReady()).payload[4]).toBe(1);
  const jail = await opening;
  const removed = jail.remove("gcc/1");
  const committed = jail.commit("gcc/2", Buffer.from("{}"));
  expect(await peer.read()).toMatchObject({
    type: REQUEST.remove,
    payload: new PayloadWriter().string("gcc/1").end(),
  });
  expect(await peer.read()).toMatchObject({
    type: REQUEST.commit,
    payload: new PayloadWriter().string("gcc/2").bytes(Buffer.from("{}")).end(),
  });
  peer.send(ANSWER.removed, 0, EMPTY);
  await removed;
  peer.send(ANSWER.committed, 0, EMPTY);
  await committed;
  const lost = jail.remove("gcc/3");
  peer.destroy();
  await expect(lost).rejects.toMatchObject({ code: "jail_lost" });
  await expect(jail.remove("gcc/3")).rejects.toMatchObject({ code: "jail_lost" });
});
