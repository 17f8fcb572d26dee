import Type from "typebox";

/** What the jailer takes at least (its options): ids below are the system's own and its first user's. */
const LEAST_RUNNER_ID = 1_001;
const LEAST_JOBS_MEMORY_BYTES = 64 * 1024 * 1024;

/** Keys of how much may run at one time, and as whom. */
export const capacityKeys = {
  runner_uid_min: Type.Integer({
    minimum: LEAST_RUNNER_ID,
    maximum: 2_000_000_000,
    default: 66_000,
    description: "First uid of the runners; there are as many as `slots` and `ready_jails` together.",
  }),
  runner_uid_max: Type.Optional(
    Type.Integer({
      minimum: LEAST_RUNNER_ID,
      description:
        "Last uid that a runner may have; fewer jails are made ahead, and then fewer slots, where it is too small.",
    }),
  ),
  runner_gid_min: Type.Integer({
    minimum: LEAST_RUNNER_ID,
    maximum: 2_000_000_000,
    description: "First gid of the runners; default `runner_uid_min`.",
  }),
  runner_gid_max: Type.Optional(
    Type.Integer({ minimum: LEAST_RUNNER_ID, description: "Last gid that a runner may have." }),
  ),
  slots: Type.Integer({
    minimum: 1,
    maximum: 4_096,
    description: "Jobs that may hold a jail at one time; default 4 per core and at least 16.",
  }),
  ready_jails: Type.Integer({
    minimum: 0,
    maximum: 4_095,
    description:
      "Jails that may wait for jobs, made ahead of them: a quarter of them empty, the others with an interpreter started ahead. They are made as jobs come and closed when none do. 0 makes every jail when its job comes. Default: 8 per core and at least 32, and as many as the runners' uids leave.",
  }),
  interpreters_ahead: Type.Boolean({
    default: true,
    description:
      "Whether the programs of languages that allow it are started before their jobs, in jails of their own, for jobs like those of late. A job runs in one as it would without.",
  }),
  ahead_memory_bytes: Type.Integer({
    minimum: 0,
    description:
      "Memory of all interpreters that wait for jobs together; default: an eighth of `jobs_memory_bytes`, of which it is a part.",
  }),
  queue_bound: Type.Integer({
    minimum: 0,
    default: 256,
    description:
      "Jobs that may wait for a slot; the next one is answered 503, unless its client has less than an eighth of that waiting: so one client cannot keep others out. Twice as many never wait.",
  }),
  queue_bound_per_client: Type.Integer({
    minimum: 0,
    description:
      "Of those, jobs of one client: a key, an address that sends none, or the operator's socket. Default: `queue_bound`.",
  }),
  concurrent_compiles: Type.Integer({
    minimum: 1,
    description: "Compile stages at one time; default: as many as cores.",
  }),
  concurrent_runs: Type.Integer({
    minimum: 1,
    description: "Run stages at one time; default: twice the cores.",
  }),
  jobs_memory_bytes: Type.Integer({
    minimum: LEAST_JOBS_MEMORY_BYTES,
    description: "Memory of all jobs together; default: three quarters of the machine's.",
  }),
};
