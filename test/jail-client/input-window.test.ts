import { expect, test } from "vitest";
import { InputWindow } from "../../src/jail/input-window.ts";

const WINDOW = 65_536;

function recordingWindow() {
  const sent: number[] = [];
  return { sent, input: new InputWindow((data) => sent.push(data.length)) };
}

/** Whether the promise has settled once all that can run has run. */
async function settled(promise: Promise<unknown>): Promise<boolean> {
  const pending = Symbol("pending");
  const turn = new Promise((resolve) => setImmediate(resolve, pending));
  return (await Promise.race([promise, turn])) !== pending;
}

test("never more than 65,536 bytes are on their way", async () => {
  const { sent, input } = recordingWindow();
  const written = input.write(Buffer.alloc(WINDOW * 2 + 10));
  expect(sent).toEqual([WINDOW]);
  input.taken(100);
  expect(sent).toEqual([WINDOW, 100]);
  input.taken(WINDOW);
  expect(sent).toEqual([WINDOW, 100, WINDOW - 90]);
  expect(await settled(written)).toBe(true);
});

test("a write resolves at once where there is room, and with the program's next read where there is none", async () => {
  const { input } = recordingWindow();
  expect(await settled(input.write(Buffer.alloc(WINDOW - 1)))).toBe(true);
  const last = input.write(Buffer.alloc(1));
  expect(await settled(last)).toBe(false);
  input.taken(1);
  expect(await settled(last)).toBe(true);
});

test("the end of input follows all that was written before it, once", () => {
  const { sent, input } = recordingWindow();
  void input.write(Buffer.alloc(WINDOW + 1));
  input.end();
  input.end();
  expect(sent).toEqual([WINDOW]);
  input.taken(WINDOW);
  input.taken(1);
  expect(sent).toEqual([WINDOW, 1, 0]);
});

test("a write after the end of input is refused", async () => {
  const { input } = recordingWindow();
  input.end();
  await expect(input.write(Buffer.from("x"))).rejects.toThrow("after its end");
});

test("once the stage is over nobody waits any longer and nothing is sent", async () => {
  const { sent, input } = recordingWindow();
  const waiting = input.write(Buffer.alloc(WINDOW + 1));
  input.close();
  await waiting;
  await input.write(Buffer.from("late"));
  input.end();
  expect(sent).toEqual([WINDOW]);
});

test("a writer that never waits is refused before it fills the memory", async () => {
  const { input } = recordingWindow();
  void input.write(Buffer.alloc(WINDOW + 1_048_576));
  await expect(input.write(Buffer.alloc(1))).rejects.toThrow("without waiting");
});

test("more input taken than was sent is a fault of the jailer", () => {
  const { input } = recordingWindow();
  void input.write(Buffer.alloc(10));
  expect(() => input.taken(11)).toThrow("more input");
});
