import { expect, test } from "vitest";
import { packageUse } from "../../src/runtimes/package-use.ts";

const never = new AbortController().signal;
const A = "python/3.13.5";
const B = "gcc/14.2.0";

/** Lets everything that is ready to go on do so. */
const settle = () => new Promise((resolve) => setImmediate(resolve));

function usage() {
  const use = packageUse();
  const enter = (...packages: string[]): Disposable => {
    const lease = use.tryEnter(packages);
    if (lease === null) throw new Error("a change is due");
    return lease;
  };
  return { use, enter };
}

test("a change of what nobody uses happens at once, and gives its result", async () => {
  const { use } = usage();
  expect(await use.change(A, async () => 7, never)).toBe(7);
});

test("a change waits for every user of its package, and for no other's", async () => {
  const { use, enter } = usage();
  const users = [enter(A), enter(A, B)];
  const other = enter(B);
  const changed: string[] = [];
  const change = use.change(A, async () => void changed.push(A), never);
  for (const user of users) {
    await settle();
    expect(changed).toEqual([]);
    user[Symbol.dispose]();
  }
  await change;
  expect(changed).toEqual([A]);
  other[Symbol.dispose]();
});

test("who comes while a change is due stays out until it is over", async () => {
  const { use, enter } = usage();
  const user = enter(A);
  const gate = Promise.withResolvers<void>();
  const change = use.change(A, () => gate.promise, never);
  expect([use.tryEnter([A]), use.tryEnter([B, A])]).toEqual([null, null]);
  using _other = enter(B);
  const over: boolean[] = [];
  const unchanging = use.unchanging([A], never).then(() => void over.push(true));
  user[Symbol.dispose]();
  await settle();
  expect([over, use.tryEnter([A])]).toEqual([[], null]);
  gate.resolve();
  await Promise.all([change, unchanging]);
  using _late = enter(A);
});

test("changes of one package come one after the other, those of others meanwhile", async () => {
  const { use } = usage();
  const log: string[] = [];
  const gates = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const changes = gates.map(({ promise }, index) =>
    use.change(
      A,
      async () => {
        log.push(`start ${index}`);
        await promise;
        log.push(`end ${index}`);
      },
      never,
    ),
  );
  await use.change(B, async () => void log.push("other"), never);
  await settle();
  expect(log.toSorted()).toEqual(["other", "start 0"]);
  gates[1]?.resolve();
  gates[0]?.resolve();
  await Promise.all(changes);
  expect(log.filter((line) => line !== "other")).toEqual(["start 0", "end 0", "start 1", "end 1"]);
});

test("a change that fails lets the next ones in", async () => {
  const { use, enter } = usage();
  await expect(use.change(A, () => Promise.reject(new Error("no")), never)).rejects.toThrow("no");
  using _user = enter(A);
});

test("a change whose caller leaves while it waits is none, and holds nobody back any more", async () => {
  const { use, enter } = usage();
  using _user = enter(A);
  const caller = new AbortController();
  const changed: string[] = [];
  const change = use.change(A, async () => void changed.push(A), caller.signal);
  const late = use.unchanging([A], never);
  caller.abort(new Error("gone"));
  await expect(change).rejects.toThrow("gone");
  await late;
  using _late = enter(A);
  expect(changed).toEqual([]);
});

test("who waits for a change and leaves is told why", async () => {
  const { use, enter } = usage();
  const user = enter(A);
  const change = use.change(A, async () => undefined, never);
  await expect(use.unchanging([A], AbortSignal.abort(new Error("gone")))).rejects.toThrow("gone");
  user[Symbol.dispose]();
  await change;
});

test("leaving twice counts once", async () => {
  const { use, enter } = usage();
  const twice = enter(A);
  const other = enter(A);
  twice[Symbol.dispose]();
  twice[Symbol.dispose]();
  const changed: string[] = [];
  const change = use.change(A, async () => void changed.push(A), never);
  await settle();
  expect(changed).toEqual([]);
  other[Symbol.dispose]();
  await change;
});
