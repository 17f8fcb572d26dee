import Type, { type Static } from "typebox";
import { SomeStageLimitsShape } from "../schema/limits.ts";

/** Pattern of a language's or an alias's name: lower case, no white space, no slash (it names a folder). */
const NAME = "^[a-z0-9][a-z0-9.+#_-]*$";

const strict = { additionalProperties: false } as const;

const TestFile = Type.Object(
  {
    name: Type.String({ minLength: 1, description: "Path below the working folder; it may hold folders." }),
    content: Type.String({ description: "The file's text." }),
  },
  strict,
);

const Expectation = Type.Object(
  {
    stdout: Type.Optional(Type.String({ description: "The whole of stdout, byte for byte." })),
    stderr_contains: Type.Optional(
      Type.String({ description: "A part of stderr (of compile's where compile_fails)." }),
    ),
    exit_code: Type.Optional(
      Type.Integer({ minimum: 0, maximum: 255, default: 0, description: "The program's exit code." }),
    ),
    compile_fails: Type.Optional(
      Type.Boolean({
        default: false,
        description: "The compile stage ends with another code than 0; nothing runs.",
      }),
    ),
  },
  { ...strict, minProperties: 1, description: "What must come back; only what is named is compared." },
);

const DefinitionTest = Type.Object(
  {
    name: Type.String({ minLength: 1, description: "What the test shows, as a sentence." }),
    versions: Type.Optional(
      Type.String({
        minLength: 1,
        default: "*",
        description: "Semver range of the versions in which it holds.",
      }),
    ),
    files: Type.Array(TestFile, { minItems: 1, description: "The first one is the main file." }),
    stdin: Type.Optional(Type.String({ default: "", description: "What the program reads." })),
    args: Type.Optional(Type.Array(Type.String(), { description: "The program's arguments." })),
    compiler_flags: Type.Optional(
      Type.Array(Type.String({ minLength: 1 }), {
        description: "Flags for the compiler, as a request has them.",
      }),
    ),
    expect: Expectation,
  },
  strict,
);

const LimitOverrides = Type.Object(
  { compile: Type.Optional(SomeStageLimitsShape), run: Type.Optional(SomeStageLimitsShape) },
  {
    ...strict,
    description:
      "Limits that this language needs other than the configured defaults. One above the configured maximum raises the maximum for this language.",
  },
);

/**
 * Schema of `runtimes/<language>.yaml`, and its manual: how a language is run, and the tests that prove it.
 * Its command lines are the scripts `executioners/<language>/compile` (absent: no compile stage) and
 * `executioners/<language>/run`. A definition together with an installed version of its package is a runtime.
 */
export const RuntimeDefinitionShape = Type.Object(
  {
    language: Type.String({
      pattern: NAME,
      description: "Canonical name; also the name of this file and of the executioners' folder.",
    }),
    aliases: Type.Optional(
      Type.Array(Type.String({ pattern: NAME }), {
        uniqueItems: true,
        description: "Other names a request may use; no two definitions share one.",
      }),
    ),
    package: Type.String({
      pattern: "^[A-Za-z0-9][A-Za-z0-9.+_~-]*$",
      description: "Name of the package that holds its bits.",
    }),
    versions: Type.Optional(
      Type.String({
        minLength: 1,
        default: "*",
        description: "Semver range of the package's versions that this definition fits.",
      }),
    ),
    runtime: Type.Optional(
      Type.String({
        pattern: NAME,
        description:
          "The `runtime` told by /api/v2/runtimes; only where one package provides several languages.",
      }),
    ),
    main_file: Type.String({
      minLength: 1,
      pattern: "^[^/\\u0000]+$",
      description: "Name of the first file where a request gives it none.",
    }),
    file_endings: Type.Array(Type.String({ pattern: "^\\.[^/.\\s]+$" }), {
      uniqueItems: true,
      description:
        "Endings, with the dot, by which `crankcase run FILE` guesses the language; none is shared.",
    }),
    environment: Type.Optional(
      Type.Record(Type.String({ pattern: "^[A-Za-z_][A-Za-z0-9_]*$" }), Type.String(), {
        ...strict,
        description:
          "Variables of both stages, on top of PATH, HOME=/tmp, LANG=C.UTF-8 and PISTON_LANGUAGE. PATH may be replaced.",
      }),
    ),
    limit_overrides: Type.Optional(LimitOverrides),
    compiler_flags: Type.Optional(
      Type.Boolean({
        default: false,
        description:
          "Requests may have flags for its compiler: its `compile` puts $flags, without quotes, where they belong.",
      }),
    ),
    ahead: Type.Optional(
      Type.Union([Type.Literal("open"), Type.Literal("read")], {
        description:
          "Its `run` may be started before its job, and then waits in the kernel where it opens (`open`) or reads (`read`: it opens its main file early and reads it late) the first of the job's files. What it does before that must not depend on their contents, nor on the input.",
      }),
    ),
    ahead_known: Type.Optional(
      Type.Array(Type.String({ minLength: 1, pattern: "^[^/\\u0000][^\\u0000]*$" }), {
        uniqueItems: true,
        description:
          "Paths, below the working folder, of files that it reads before that: it is started ahead for jobs with the same contents of these alone. Only with `ahead`.",
      }),
    ),
    allow_32bit: Type.Optional(
      Type.Boolean({
        default: false,
        description: "Opens the 32-bit system call entry (its assembly needs it).",
      }),
    ),
    tests: Type.Array(DefinitionTest, { minItems: 1, description: "Run against every installed version." }),
  },
  strict,
);

/** A definition as it stands in its YAML file. */
export type RuntimeDefinition = Static<typeof RuntimeDefinitionShape>;
