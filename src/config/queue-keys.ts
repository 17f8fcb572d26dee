import Type from "typebox";

const GIB = 1024 * 1024 * 1024;

/** Keys of the jobs that nobody waits for. */
export const queueKeys = {
  queued_jobs: Type.Object(
    {
      jobs: Type.Integer({
        minimum: 0,
        maximum: 10_000_000,
        default: 200_000,
        description:
          "Jobs that may wait without a caller; the next one is answered 503, unless its client has less than an eighth of that waiting. Each takes about 1 KiB of the daemon's memory.",
      }),
      jobs_per_client: Type.Integer({
        minimum: 0,
        description: "Of those, jobs of one client. Default: `queued_jobs.jobs`.",
      }),
      store_bytes: Type.Integer({
        minimum: 0,
        default: 4 * GIB,
        description:
          "What their requests and results may take of the disk below `state_dir`, in bytes; jobs are answered 503 while it is more.",
      }),
      ttl_seconds: Type.Integer({
        minimum: 1,
        default: 86_400,
        description:
          "How long a result is kept after its job's end where the request does not say, in seconds.",
      }),
      ttl_max_seconds: Type.Integer({
        minimum: 1,
        default: 604_800,
        description: "How long a request may have it kept, in seconds.",
      }),
      private_callbacks: Type.Boolean({
        default: false,
        description:
          "Whether callbacks may go to private, loopback and link-local addresses: whoever may run jobs then reaches what the server reaches there, such as a cloud's metadata or databases without passwords.",
      }),
    },
    { additionalProperties: false },
  ),
};
