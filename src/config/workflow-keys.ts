import Type from "typebox";

const MIB = 1024 * 1024;

/** Keys of the sequences of jobs. */
export const workflowKeys = {
  workflows: Type.Object(
    {
      unfinished: Type.Integer({
        minimum: 0,
        maximum: 100_000,
        default: 1_000,
        description:
          "Workflows that may be under way at one time; the next one is answered 503, unless its client has less than an eighth of that.",
      }),
      definition_bytes: Type.Integer({
        minimum: 0,
        default: 256 * MIB,
        description: "What their requests may take together, in bytes of the daemon's memory.",
      }),
      steps: Type.Integer({
        minimum: 1,
        maximum: 1_000,
        default: 100,
        description: "Steps of one workflow.",
      }),
      items: Type.Integer({
        minimum: 0,
        maximum: 10_000,
        default: 1_000,
        description: "Items of one `for_each`.",
      }),
      jobs: Type.Integer({
        minimum: 1,
        maximum: 20_000,
        default: 2_000,
        description: "Jobs of one workflow in all, without those that are run again.",
      }),
      jobs_at_once: Type.Integer({
        minimum: 1,
        maximum: 1_000,
        default: 100,
        description: "Jobs of one workflow that wait or run at one time.",
      }),
      carried_bytes: Type.Integer({
        minimum: 0,
        maximum: 256 * MIB,
        default: 8 * MIB,
        description: "What may be carried from other steps into one job, in bytes.",
      }),
      time_limit_ms: Type.Integer({
        minimum: 1,
        maximum: 31_536_000_000,
        default: 86_400_000,
        description:
          "Time for the whole of a workflow whose request does not say, in milliseconds; less where `queued_jobs.ttl_max_seconds` is less.",
      }),
    },
    { additionalProperties: false },
  ),
};
