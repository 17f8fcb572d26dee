import Type, { type Static } from "typebox";

const Count = (description: string) => Type.Integer({ minimum: 0, description });

/** Schema of the answer of `GET /healthz`. */
export const HealthShape = Type.Object(
  {
    status: Type.Enum(["ok", "stopping"], {
      description: "`stopping` as soon as the server was asked to end.",
    }),
    version: Type.String({ description: "Crankcase's own version." }),
    release: Type.Union([Type.String(), Type.Null()], {
      description: "Id of the installed release; null where a plain checkout runs.",
    }),
    runtimes: Count("Runtimes that can be asked for."),
    running: Count("Jobs that hold a slot now."),
    waiting: Count("Jobs that wait for one now."),
    store: Type.Optional(
      Type.Enum(["ok", "away"], {
        description:
          "Whether the store answers that this server shares with others; left out where it shares none.",
      }),
    ),
  },
  { additionalProperties: false },
);

/** Whether a server serves. */
export type Health = Static<typeof HealthShape>;
