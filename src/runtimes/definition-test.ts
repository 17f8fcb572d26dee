import Type from "typebox";

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

/** Schema of a test in a language's definition: a program, and what must come of it. */
export const DefinitionTestShape = Type.Object(
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
