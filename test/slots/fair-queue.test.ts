import { expect, test } from "vitest";
import { fairQueue } from "../../src/slots/fair-queue.ts";

/** A queue, and what takes out an item by its name. */
function filled(items: readonly string[]) {
  const queue = fairQueue<string>();
  // A client is the item's first letter.
  const removals = new Map(items.map((item) => [item, queue.add(item.charAt(0), item)]));
  return { queue, remove: (item: string) => removals.get(item)?.() };
}

/** All that wait, in the order of their turns. */
function drained(queue: ReturnType<typeof filled>["queue"]): string[] {
  const order: string[] = [];
  for (let item = queue.next(); item !== undefined; item = queue.next()) order.push(item);
  return order;
}

test("clients take turns, and each one's own items keep their order", () => {
  const { queue } = filled(["a1", "a2", "a3", "b1", "c1", "c2"]);
  expect(drained(queue)).toEqual(["a1", "b1", "c1", "a2", "c2", "a3"]);
  expect([queue.size, queue.next()]).toEqual([0, undefined]);
});

test("who has just had a turn and comes again waits for the others", () => {
  const { queue } = filled(["a1", "b1", "b2"]);
  expect(queue.next()).toBe("a1");
  queue.add("a", "a2");
  expect(drained(queue)).toEqual(["b1", "a2", "b2"]);
});

test("who leaves the queue leaves everybody else's turn as it was", () => {
  const { queue, remove } = filled(["a1", "a2", "b1", "c1", "c2"]);
  for (const item of ["a1", "b1", "c2", "c2"]) remove(item);
  expect([queue.size, queue.sizeOf("a"), queue.sizeOf("b"), queue.sizeOf("c")]).toEqual([2, 1, 0, 1]);
  expect(drained(queue)).toEqual(["a2", "c1"]);
});

test("leaving after the turn, or twice, takes nobody else out", () => {
  const { queue, remove } = filled(["a1", "a2"]);
  expect(queue.next()).toBe("a1");
  remove("a1");
  remove("a1");
  expect([queue.size, queue.next()]).toEqual([1, "a2"]);
});

test("of ten thousand that wait and half that leave, what is left comes in turns and nothing is kept of the rest", () => {
  const items = Array.from(
    { length: 10_000 },
    (_none, index) => `${"abcdefghij".charAt(index % 10)}${index}`,
  );
  const { queue, remove } = filled(items);
  for (const [index, item] of items.entries()) if (Math.floor(index / 10) % 2 === 0) remove(item);
  const order = drained(queue);
  expect(order).toHaveLength(5_000);
  expect(new Set(order.slice(0, 10).map((item) => item.charAt(0))).size).toBe(10);
  expect(order).toEqual(items.filter((_item, index) => Math.floor(index / 10) % 2 === 1));
  expect("abcdefghij".split("").map((client) => queue.sizeOf(client))).toEqual(Array(10).fill(0));
});
