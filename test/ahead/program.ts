import { readFile } from "node:fs/promises";
import { join } from "node:path";
import Type, { type Static } from "typebox";
import { parse } from "yaml";
import { SomeStageLimitsShape } from "../../src/schema/limits.ts";
import { shapeCheck } from "../../src/schema/shape-check.ts";
import { CATEGORIES, type Category } from "./categories.ts";
import { sharedPrograms } from "./shared-programs.ts";

const strict = { additionalProperties: false } as const;

/** What a program may have besides its source. */
const ProgramShape = Type.Object(
  {
    /** What is looked at, in a few words. */
    is: Type.String(),
    source: Type.String(),
    /** The main file's name, where it is not the language's own. */
    main: Type.Optional(Type.String()),
    /** Further files of the job, content by name. */
    files: Type.Optional(Type.Record(Type.String(), Type.String())),
    args: Type.Optional(Type.Array(Type.String())),
    stdin: Type.Optional(Type.String()),
    stdin_hex: Type.Optional(Type.String()),
    /** How many x each `…` in the source stands for. */
    pad: Type.Optional(Type.Integer()),
    /** Limits of the run stage. */
    limits: Type.Optional(SomeStageLimitsShape),
    /** Its exit code, signal, or the limit that ends it, and 0 when left out; so that no program fails by a slip of ours. */
    ends: Type.Optional(Type.Union([Type.Integer(), Type.String()])),
    /** It waits between its lines, so that the order of both streams is the same each time. */
    ordered: Type.Optional(Type.Boolean()),
    /** Why it is never started ahead. */
    cold: Type.Optional(Type.String()),
  },
  strict,
);

/** A program of the corpus, as its language's file has it. */
export type WrittenProgram = Static<typeof ProgramShape>;

/** A program of the corpus. */
export interface Program extends WrittenProgram {
  readonly category: Category;
}

const ProgramsShape = Type.Object(
  Object.fromEntries(CATEGORIES.map((category) => [category, Type.Optional(Type.Array(ProgramShape))])),
  strict,
);

/** What the shared programs need of each language: three sources. */
const EchoesShape = Type.Object(
  {
    /** Ending of a main file, with its dot. */
    ending: Type.String(),
    /** Prints each argument, whole. */
    args: Type.String(),
    /** Prints how many bytes of standard input there are, and all of them as hex or as a sum. */
    stdin: Type.String(),
    /** Prints its own path in each way that the language has. */
    path: Type.String(),
  },
  strict,
);

/** A language's three sources that take what all languages are given. */
export type Echoes = Static<typeof EchoesShape>;

const LanguageShape = Type.Object({ echoes: EchoesShape, programs: ProgramsShape }, strict);

/** Every program of a language's file, those of its own first, then the shared ones. Throws where the file has another shape. */
export async function loadPrograms(language: string): Promise<readonly Program[]> {
  const file = join(import.meta.dirname, "programs", `${language}.yaml`);
  const written = parse(await readFile(file, "utf8"));
  const fault = shapeCheck(LanguageShape)(written);
  if (fault !== null) throw new TypeError(`${file}: ${JSON.stringify(fault)}`);
  const { echoes, programs } = written as Static<typeof LanguageShape>;
  const own = CATEGORIES.flatMap((category) =>
    (programs[category] ?? []).map((program) => ({ ...program, category })),
  );
  return [...own, ...sharedPrograms(echoes)];
}
