import Type from "typebox";

/** What Piston's clients send is read field by field (to-job-request.ts); this only describes it. */
const PistonFileShape = Type.Object({
  name: Type.Optional(
    Type.String({ description: "Path below the working folder; `file<i>.code` when left out." }),
  ),
  content: Type.String({ description: "The file, as `encoding` says." }),
  encoding: Type.Optional(
    Type.String({ default: "utf8", description: "`utf8`, `base64` or `hex`; any other is utf8." }),
  ),
});

const Limit = (description: string) => Type.Optional(Type.Number({ minimum: -1, description }));

/** Schema of the body of Piston's execute. Unknown keys are not looked at. */
export const PistonExecuteShape = Type.Object({
  language: Type.String({ minLength: 1, description: "Language or one of its aliases." }),
  version: Type.Optional(
    Type.String({ default: "*", description: "Semver range; the highest installed version in it runs." }),
  ),
  files: Type.Array(PistonFileShape, { minItems: 1, description: "The first utf8 file is the main one." }),
  stdin: Type.Optional(
    Type.Union([Type.String(), Type.Null()], {
      description: "What the program reads; ends with a newline always.",
    }),
  ),
  args: Type.Optional(
    Type.Union(
      [
        Type.Array(Type.Union([Type.String(), Type.Number(), Type.Boolean()])),
        Type.Null(),
        Type.Enum([""], { description: "None, like null." }),
      ],
      { description: "The program's arguments." },
    ),
  ),
  compile_timeout: Limit(
    "Wall time of the compile stage in milliseconds; -1 is the maximum, here and below.",
  ),
  run_timeout: Limit("Wall time of the run stage in milliseconds."),
  compile_cpu_time: Limit("CPU time of the compile stage in milliseconds."),
  run_cpu_time: Limit("CPU time of the run stage in milliseconds."),
  compile_memory_limit: Limit("Memory of the compile stage in bytes."),
  run_memory_limit: Limit("Memory of the run stage in bytes."),
});
