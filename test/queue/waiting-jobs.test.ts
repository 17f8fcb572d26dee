import { array, assert, constantFrom, integer, property, record } from "fast-check";
import { expect, test } from "vitest";
import { type WaitingJob, waitingJobs } from "../../src/queue/waiting-jobs.ts";

function job(seq: number, client = "a", priority = 0): WaitingJob {
  return { id: `${client}${seq}`, seq, client, priority, starts: 0, retry: 0, callback: null };
}

function drained(jobs: ReturnType<typeof waitingJobs>): string[] {
  const ids: string[] = [];
  for (let next = jobs.next(); next !== undefined; next = jobs.next()) ids.push(next.id);
  return ids;
}

test("clients take turns, and of one client's jobs the highest priority goes first, then the oldest", () => {
  const jobs = waitingJobs();
  for (const one of [job(1), job(2), job(3, "a", 5), job(4), job(5, "b"), job(6, "b", -1), job(7, "b")]) {
    jobs.add(one);
  }
  expect(drained(jobs)).toEqual(["a3", "b5", "a1", "b7", "a2", "b6", "a4"]);
});

test("a job that was put back is where it was before", () => {
  const jobs = waitingJobs();
  for (const seq of [1, 2, 3]) jobs.add(job(seq));
  const first = jobs.next();
  const second = jobs.next();
  if (first === undefined || second === undefined) throw new Error("there were three");
  jobs.add(second);
  jobs.add(first);
  expect(drained(jobs)).toEqual(["a1", "a2", "a3"]);
});

test("a position is the number of the turn that a job gets", () => {
  const one = record({
    client: constantFrom("a", "b", "c"),
    priority: integer({ min: -1, max: 1 }),
  });
  void assert(
    property(array(one, { minLength: 1, maxLength: 60 }), (wanted) => {
      const jobs = waitingJobs();
      const all = wanted.map(({ client, priority }, index) => job(index + 1, client, priority));
      for (const each of all) jobs.add(each);
      // Who has had a turn is not the first any more.
      const turns = new Map(all.map(({ id }) => [id, jobs.positionOf(id) ?? 0]));
      const order = drained(jobs);
      expect([...order].sort()).toEqual(all.map(({ id }) => id).sort());
      // Within a round clients come in the order of their first jobs: a position is true to one turn of each other client.
      for (const [at, id] of order.entries()) expect(Math.abs((turns.get(id) ?? 0) - at - 1)).toBeLessThan(3);
      expect(jobs.positionOf("a1")).toBeNull();
    }),
  );
});

test("a job that is taken out never comes, and all others do in their order", () => {
  const one = record({ client: constantFrom("a", "b"), stays: integer({ min: 0, max: 3 }) });
  void assert(
    property(array(one, { maxLength: 5_000, size: "max" }), (wanted) => {
      const jobs = waitingJobs();
      const all = wanted.map(({ client }, index) => job(index + 1, client));
      for (const each of all) jobs.add(each);
      const gone = all.filter((_, index) => wanted[index]?.stays === 0);
      for (const { id } of gone) expect(jobs.remove(id)?.id).toBe(id);
      expect(jobs.remove("nobody")).toBeUndefined();
      const order = drained(jobs);
      for (const client of ["a", "b"]) {
        const kept = all.filter((each) => each.client === client && !gone.includes(each));
        expect(order.filter((id) => id.startsWith(client))).toEqual(kept.map(({ id }) => id));
      }
      expect(jobs.size).toBe(0);
    }),
    { numRuns: 30 },
  );
});

test("a hundred thousand jobs start in their order, half of them dropped on the way", () => {
  const jobs = waitingJobs();
  const COUNT = 100_000;
  for (let seq = 1; seq <= COUNT; seq += 1) jobs.add(job(seq));
  expect(jobs.positionOf(`a${COUNT}`)).toBe(COUNT);
  for (let seq = 1; seq <= COUNT; seq += 2) jobs.remove(`a${seq}`);
  expect(jobs.size).toBe(COUNT / 2);
  let last = 0;
  for (let next = jobs.next(); next !== undefined; next = jobs.next()) {
    expect(next.seq).toBe(last + 2);
    last = next.seq;
  }
  expect(last).toBe(COUNT);
});
