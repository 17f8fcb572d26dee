/**
 * Where everything begins that we keep in Redis. The braces have a cluster of Redis keep all of it on one node
 * (redis.io, "Hash tags"), since scripts touch several keys at one go.
 */
export const PREFIX = "{crankcase}:";

/** The same for BullMQ, which puts the colon itself. */
export const BULL_PREFIX = "{crankcase}";

/** BullMQ's queue of the turns of a class of workers. */
export function turnsQueue(workerClass: string): string {
  return `turns-${workerClass}`;
}

/** Names of what is kept, by what it is. `scripts/*.ts` make the same ones in Lua. */
export const names = {
  job: (id: string) => `${PREFIX}job:${id}`,
  /** What a job that is followed tells, of one of its starts. */
  output: (id: string, fence: string) => `${PREFIX}out:${id}:${fence}`,
  /** What its caller sends it. */
  input: (id: string) => `${PREFIX}in:${id}`,
  member: (id: string) => `${PREFIX}member:${id}`,
  members: `${PREFIX}members`,
  workerClass: (digest: string) => `${PREFIX}class:${digest}`,
  classes: `${PREFIX}classes`,
  counts: `${PREFIX}counts`,
  waitingByClass: `${PREFIX}waiting-by-class`,
  waitingByClient: `${PREFIX}waiting-by-client`,
  /** A client's jobs that wait for workers of a class, the best first. */
  line: (workerClass: string, client: string) => `${PREFIX}line:${workerClass}:${client}`,
  lists: {
    all: `${PREFIX}list:all`,
    key: (name: string) => `${PREFIX}list:key:${name}`,
    client: (client: string) => `${PREFIX}list:client:${client}`,
  },
  running: `${PREFIX}running`,
  expiring: `${PREFIX}expiring`,
  callbacks: `${PREFIX}callbacks`,
  workflow: (id: string) => `${PREFIX}workflow:${id}`,
  /** Who drives a workflow. */
  driver: (id: string) => `${PREFIX}driver:${id}`,
  workflowLists: {
    all: `${PREFIX}workflows:all`,
    key: (name: string) => `${PREFIX}workflows:key:${name}`,
    client: (client: string) => `${PREFIX}workflows:client:${client}`,
  },
  runningWorkflows: `${PREFIX}workflows:running`,
  artifact: (id: string) => `${PREFIX}artifact:${id}`,
  keys: `${PREFIX}keys`,
  rates: `${PREFIX}rate`,
  daily: (day: string) => `${PREFIX}daily:${day}`,
} as const;

/** Channels: nothing is kept in them, whoever listens now hears it. */
export const channels = {
  /** To one process. */
  member: (id: string) => `${PREFIX}to:${id}`,
  /** Of a job or whatever else has an id: its state has changed, or it has told more. */
  subject: (id: string) => `${PREFIX}news:${id}`,
} as const;
