import Type, { type Static } from "typebox";

const strict = { additionalProperties: false } as const;

const Count = (description: string) => Type.Integer({ minimum: 0, description });

/** Schema of the answer of `GET /api/crankcase/v1/status`. */
export const ServerStatusShape = Type.Object(
  {
    version: Type.String({ description: "Crankcase's own version." }),
    release: Type.Union([Type.String(), Type.Null()], {
      description: "Id of the installed release; null where a plain checkout runs.",
    }),
    started_at: Type.String({ description: "ISO 8601 time at which this server started." }),
    slots: Type.Object(
      {
        total: Count("Jobs that may hold a slot at one time."),
        running: Count("Jobs that hold one now."),
        waiting: Count("Jobs that wait for one now."),
        queue_bound: Count("Jobs that may wait; the next one is answered 503."),
      },
      { ...strict, description: "How much runs and waits." },
    ),
    queued: Type.Object(
      {
        waiting: Count("Those that have not begun."),
        running: Count("Those that run, or wait for their slot."),
      },
      { ...strict, description: "Jobs that nobody waits for." },
    ),
    compile_cache: Type.Union(
      [
        Type.Object(
          {
            entries: Count("Compiled programs that are kept."),
            bytes: Count("Size of them all on disk."),
            bound_bytes: Count("Size that they may have."),
            hits: Count("Compiles that were done without since the start: an equal one was kept."),
            misses: Count("Those that were not."),
          },
          strict,
        ),
        Type.Null(),
      ],
      { description: "What is kept of compiles; null where `compile_cache` is off." },
    ),
    runtimes: Type.Array(
      Type.Object(
        {
          language: Type.String({ description: "Canonical name." }),
          version: Type.String({ description: "Semver." }),
        },
        strict,
      ),
      { description: "What can be run." },
    ),
    packages: Type.Array(
      Type.Object(
        {
          name: Type.String({ description: "As in packages-index." }),
          version: Type.String({ description: "As its folder is named." }),
        },
        strict,
      ),
      { description: "What is installed." },
    ),
    warnings: Type.Array(Type.String(), {
      description: "Sentences that the operator should read; mostly none.",
    }),
  },
  strict,
);

/** How a server is doing. */
export type ServerStatus = Static<typeof ServerStatusShape>;
