import Type, { type Static } from "typebox";
import { SomeJobLimitsShape, SomeStageLimitsShape } from "../schema/limits.ts";
import { DEFENCES } from "./defences.ts";
import { ExpectationShape } from "./expectation.ts";

const strict = { additionalProperties: false } as const;

const AttackFile = Type.Object(
  {
    name: Type.Optional(Type.String({ description: "Path below the working folder." })),
    content: Type.Optional(Type.String({ description: "The file's text." })),
    hex: Type.Optional(Type.String({ description: "The file's bytes instead." })),
    include: Type.Optional(
      Type.Enum(["attack.h", "attack.py"], {
        description: "A file of attacks/include instead: the few words that attackers share.",
      }),
    ),
  },
  strict,
);

const AttackJobShape = Type.Object(
  {
    language: Type.String({ description: "The language that it is written in." }),
    files: Type.Array(AttackFile, { minItems: 1, description: "The first one is the main file." }),
    args: Type.Optional(Type.Array(Type.String())),
    stdin: Type.Optional(Type.String()),
    environment: Type.Optional(Type.Record(Type.String(), Type.String())),
    compiler_flags: Type.Optional(Type.Array(Type.String())),
    artifacts: Type.Optional(Type.Array(Type.String())),
    limits: Type.Optional(
      Type.Object(
        {
          job: Type.Optional(SomeJobLimitsShape),
          compile: Type.Optional(SomeStageLimitsShape),
          run: Type.Optional(SomeStageLimitsShape),
        },
        strict,
      ),
    ),
    expect: Type.Optional(ExpectationShape),
  },
  { ...strict, description: "A job, as a request has it, and what must come of it." },
);

/** An attacking job as it is written, before the facts about the host are filled in. */
export type AttackJob = Static<typeof AttackJobShape>;

const AttackShape = Type.Object(
  {
    name: Type.String({ pattern: "^[a-z0-9]+(-[a-z0-9]+)*$", description: "Unlike all others." }),
    promise: Type.String({ minLength: 10, description: "What the attack tries to break, as a sentence." }),
    defences: Type.Array(Type.Enum(DEFENCES), {
      minItems: 1,
      uniqueItems: true,
      description: "What holds it off.",
    }),
    selftest: Type.Optional(
      Type.Boolean({
        default: false,
        description:
          "Runs in `crankcase selftest` too: it is over within two seconds, and harms no host that fails to hold it off.",
      }),
    ),
    job: AttackJobShape,
    afterwards: Type.Optional(
      Type.Array(AttackJobShape, { description: "Jobs of somebody else after it, one after the other." }),
    ),
    beside: Type.Optional(
      Type.Array(AttackJobShape, { description: "Jobs of somebody else that start at the same time." }),
    ),
    rounds: Type.Optional(
      Type.Integer({ minimum: 1, maximum: 50, default: 1, description: "How often all of it is done." }),
    ),
  },
  strict,
);

/** Schema of `attacks/programs/<family>/<topic>.yaml`. */
export const AttackFileShape = Type.Object(
  {
    topic: Type.String({ description: "What its attacks have in common, as a heading." }),
    attacks: Type.Array(AttackShape, { minItems: 1 }),
  },
  strict,
);

/** An attack as its file has it. */
export type WrittenAttack = Static<typeof AttackShape>;

/** Families of attacks: the folders of attacks/programs. */
export const FAMILIES = ["escape", "exhaustion", "evasion", "inputs", "cross-job"] as const;

/** A folder of attacks/programs. */
export type Family = (typeof FAMILIES)[number];

/** An attack: programs that want out, and what must come of them. */
export interface Attack extends WrittenAttack {
  readonly family: Family;
  readonly topic: string;
}
