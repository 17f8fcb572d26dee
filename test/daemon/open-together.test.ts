import { expect, test } from "vitest";
import { openTogether } from "../../src/daemon/open-together.ts";

function thing() {
  const it = {
    isOpen: true,
    async [Symbol.asyncDispose]() {
      it.isOpen = false;
    },
  };
  return it;
}

test("both are there when both are open", async () => {
  const [first, second] = [thing(), thing()];
  expect(await openTogether(Promise.resolve(first), Promise.resolve(second))).toEqual([first, second]);
  expect([first.isOpen, second.isOpen]).toEqual([true, true]);
});

test("where one fails, the other one is closed, also when it opens later", async () => {
  const [first, second] = [thing(), thing()];
  const late = new Promise<typeof second>((resolve) => setImmediate(resolve, second));
  await expect(openTogether(Promise.reject(new Error("first")), late)).rejects.toThrow("first");
  await expect(openTogether(Promise.resolve(first), Promise.reject(new Error("second")))).rejects.toThrow(
    "second",
  );
  expect([first.isOpen, second.isOpen]).toEqual([false, false]);
});

test("where both fail, the first one's reason is told", async () => {
  const failures = [Promise.reject(new Error("first")), Promise.reject(new Error("second"))] as const;
  await expect(openTogether<AsyncDisposable, AsyncDisposable>(...failures)).rejects.toThrow("first");
});
