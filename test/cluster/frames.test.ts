import { expect, test } from "vitest";
import { bare, decodeFrames, encodeFrames, type FrameWithBytes } from "../../src/cluster/frame.ts";
import { FrameWriter } from "../../src/cluster/frame-writer.ts";

function output(bytes: Buffer): FrameWithBytes {
  return { frame: { type: "output", stage: "run", stream: "stdout" }, bytes };
}

/** A writer over a store that takes an entry whenever it is let. */
function heldWriter(window: number | null) {
  const entries: FrameWithBytes[][] = [];
  const waiting: PromiseWithResolvers<void>[] = [];
  const gone = new AbortController();
  const append = (entry: Buffer) => {
    entries.push(decodeFrames(entry));
    const answer = Promise.withResolvers<void>();
    waiting.push(answer);
    return answer.promise;
  };
  const writer = new FrameWriter({ append, window, signal: gone.signal });
  return { writer, entries, gone, answer: () => waiting.shift()?.resolve() };
}

async function settled(promise: Promise<void> | undefined): Promise<boolean> {
  let isSettled = promise === undefined;
  void promise?.then(() => {
    isSettled = true;
  });
  await new Promise((resolve) => setImmediate(resolve));
  return isSettled;
}

test("frames come out as they went in, with every byte", () => {
  const every = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));
  const frames = [
    bare({ type: "stage", stage: "compile" }),
    output(every),
    output(Buffer.alloc(0)),
    bare({ type: "eof" }),
  ];
  expect(decodeFrames(encodeFrames(frames))).toEqual(frames);
  expect(() => decodeFrames(encodeFrames(frames).subarray(0, -1))).toThrow();
});

test("what is written while an entry is on its way goes in the next one, in order", async () => {
  const { writer, entries, answer } = heldWriter(null);
  const texts = ["a", "b", "c", "d"].map((text) => output(Buffer.from(text)));
  for (const frame of texts.slice(0, 2)) void writer.write(frame);
  await settled(Promise.resolve());
  for (const frame of texts.slice(2)) void writer.write(frame);
  answer();
  await settled(Promise.resolve());
  answer();
  await writer.flushed();
  expect(entries.map((entry) => entry.map(({ bytes }) => bytes.toString()))).toEqual([
    ["a", "b"],
    ["c", "d"],
  ]);
});

test("a writer waits while its reader has not taken a window's worth, and goes on once it has", async () => {
  const { writer, answer } = heldWriter(1_000);
  const full = writer.write(output(Buffer.alloc(2_000)));
  await settled(Promise.resolve());
  answer();
  expect(await settled(full)).toBe(false);
  writer.taken(2_064);
  expect(await settled(full)).toBe(true);
});

test("a writer whose reader is gone holds nobody back", async () => {
  const { writer, gone } = heldWriter(10);
  const full = writer.write(output(Buffer.alloc(100_000)));
  expect(await settled(full)).toBe(false);
  gone.abort();
  expect(await settled(full)).toBe(true);
  expect(writer.write(output(Buffer.alloc(100_000)))).toBeUndefined();
});
