import { type LinkedList, linkedList, type Place } from "../slots/linked-list.ts";
import type { JobRecord } from "./job-store.ts";
import { type Lane, openLane } from "./lane.ts";

/** Of a job what its turn depends on. */
export interface WaitingJob
  extends Pick<JobRecord, "id" | "seq" | "client" | "priority" | "starts" | "retry" | "callback"> {
  /** How often it was put back since the daemon's start, because it could not be run for now; 0 where left out. */
  readonly setbacks?: number;
}

/** The order in which queued jobs start: clients take turns, of a client's the highest priority goes first, then the oldest. */
export interface WaitingJobs {
  readonly size: number;
  sizeOf(client: string): number;
  /** Adds one; one that was taken out comes to where it was. */
  add(job: WaitingJob): void;
  /** Takes out whose turn it is; undefined when nobody waits. */
  next(): WaitingJob | undefined;
  /** Takes out that one; undefined where it does not wait. */
  remove(id: string): WaitingJob | undefined;
  /** How many turns away it is, 1 for the next; null where it does not wait. */
  positionOf(id: string): number | null;
}

/** What waits of one client's, by priority, and the client's place among those whose turn comes. */
interface Line {
  /** The highest priority first. */
  readonly lanes: { readonly priority: number; readonly lane: Lane<WaitingJob> }[];
  turn: Place<string>;
}

/** Makes an empty order. */
export function waitingJobs(): WaitingJobs {
  const jobs = new Map<string, WaitingJob>();
  const lines = new Map<string, Line>();
  const turns: LinkedList<string> = linkedList();

  const lineOf = (client: string): Line => {
    const known = lines.get(client);
    if (known !== undefined) return known;
    const line = { lanes: [], turn: turns.append(client) };
    lines.set(client, line);
    return line;
  };
  const leave = (job: WaitingJob, line: Line) => {
    jobs.delete(job.id);
    const kept = line.lanes.findIndex(({ lane }) => lane.size === 0);
    if (kept >= 0) line.lanes.splice(kept, 1);
    if (line.lanes.length > 0) return;
    line.turn.remove();
    lines.delete(job.client);
  };
  const sizeOf = (client: string) => lengthOf(lines.get(client)?.lanes ?? []);

  return {
    get size() {
      return jobs.size;
    },
    sizeOf,
    add(job) {
      jobs.set(job.id, job);
      laneOf(lineOf(job.client), job.priority).add(job);
    },
    next() {
      const client = turns.first?.item;
      const line = client === undefined ? undefined : lines.get(client);
      const job = line?.lanes[0]?.lane.take();
      if (client === undefined || line === undefined || job === undefined) return undefined;
      line.turn.remove();
      line.turn = turns.append(client);
      leave(job, line);
      return job;
    },
    remove(id) {
      const job = jobs.get(id);
      const line = job === undefined ? undefined : lines.get(job.client);
      if (job === undefined || line === undefined) return undefined;
      laneOf(line, job.priority).drop(job);
      leave(job, line);
      return job;
    },
    positionOf(id) {
      const job = jobs.get(id);
      const own = job === undefined ? undefined : lines.get(job.client);
      if (job === undefined || own === undefined) return null;
      const higher = own.lanes.filter(({ priority }) => priority > job.priority);
      const rank = lengthOf(higher) + laneOf(own, job.priority).rankOf(job);
      let position = rank;
      for (const [client, { lanes }] of lines) {
        if (client !== job.client) position += Math.min(rank, lengthOf(lanes));
      }
      return position;
    },
  };
}

function laneOf({ lanes }: Line, priority: number): Lane<WaitingJob> {
  const known = lanes.find((one) => one.priority === priority);
  if (known !== undefined) return known.lane;
  const lane = openLane<WaitingJob>();
  lanes.push({ priority, lane });
  lanes.sort((one, other) => other.priority - one.priority);
  return lane;
}

function lengthOf(lanes: Line["lanes"]): number {
  return lanes.reduce((sum, { lane }) => sum + lane.size, 0);
}
