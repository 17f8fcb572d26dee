import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import Type, { type Static } from "typebox";
import { CrankcaseError } from "../errors/crankcase-error.ts";
import { definitionsIn } from "../runtimes/definition-files.ts";
import { problemText, shapeCheck } from "../schema/shape-check.ts";
import { yamlValue } from "../schema/yaml-value.ts";

/** Schema of `suites/<suite>.yaml`, and its manual: a suite of Debian that packages may be made of. */
const SuiteDefinitionShape = Type.Object(
  {
    suite: Type.String({
      pattern: "^[a-z][a-z-]*$",
      description: "Debian's name of it; also the name of this file, and of its base in the data folder.",
    }),
    pockets: Type.Array(Type.Union([Type.Literal("updates"), Type.Literal("security")]), {
      uniqueItems: true,
      description: "What it has besides the release itself, where the mirror has it.",
    }),
    in_the_making: Type.Optional(
      Type.Boolean({
        default: false,
        description:
          "Not released yet: its versions are taken only where they are asked for, or there is no other.",
      }),
    ),
    allow_expired: Type.Optional(
      Type.Boolean({
        default: false,
        description:
          "Takes its signed metadata past its date. Its signature counts all the same; what an old mirror can do then is to withhold a fix.",
      }),
    ),
  },
  { additionalProperties: false },
);

/** A suite as it stands in its YAML file. */
export type SuiteDefinition = Static<typeof SuiteDefinitionShape>;

const check = shapeCheck(SuiteDefinitionShape);

/** Every suite, by name: the definitions `<folder>/*.yaml`. Rejects with `invalid_definition`. */
export async function loadSuites(folder: string): Promise<ReadonlyMap<string, SuiteDefinition>> {
  const files = await definitionsIn(folder);
  const suites = await Promise.all(
    files.map(async (file) => parseSuiteDefinition(basename(file), await readFile(file, "utf8"))),
  );
  return new Map(suites.map((suite) => [suite.suite, suite]));
}

/** The suite of that name; throws `invalid_definition` where no file describes it. */
export function requireSuite(suites: ReadonlyMap<string, SuiteDefinition>, name: string): SuiteDefinition {
  const suite = suites.get(name);
  if (suite !== undefined) return suite;
  const known = [...suites.keys()].join(", ");
  throw new CrankcaseError("invalid_definition", `no file suites/${name}.yaml; there are: ${known}`);
}

/** The definition in a file's text; throws `invalid_definition`. */
export function parseSuiteDefinition(file: string, text: string): SuiteDefinition {
  const value: unknown = yamlValue(text);
  const problem = check(value);
  if (problem !== null)
    throw new CrankcaseError("invalid_definition", `${file}: ${problemText(problem, "it")}`);
  const definition = value as SuiteDefinition;
  if (basename(file, ".yaml") === definition.suite) return definition;
  throw new CrankcaseError("invalid_definition", `${file}: the file must be called ${definition.suite}.yaml`);
}
