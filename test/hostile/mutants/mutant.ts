import { readFile } from "node:fs/promises";
import { join } from "node:path";
import Type, { type Static } from "typebox";
import { parse } from "yaml";
import { DEFENCES } from "../../../src/attacks/defences.ts";
import { shapeCheck } from "../../../src/schema/shape-check.ts";

const strict = { additionalProperties: false } as const;

const MutantsShape = Type.Array(
  Type.Object(
    {
      /** What is switched off, in a few words. */
      name: Type.String(),
      defence: Type.Enum(DEFENCES),
      /** Files of jailer/src. */
      edits: Type.Array(
        Type.Object({ file: Type.String(), find: Type.String(), replace: Type.String() }, strict),
        {
          minItems: 1,
        },
      ),
      /** Test files that catch it, where attacks by programs cannot. */
      tests: Type.Optional(Type.Array(Type.String())),
    },
    strict,
  ),
);

/** A build of the jailer with one defence switched off. */
export type Mutant = Static<typeof MutantsShape>[number];

/** Reads mutants.yaml. Throws TypeError where it has another shape. */
export async function loadMutants(): Promise<readonly Mutant[]> {
  const file = join(import.meta.dirname, "mutants.yaml");
  const written = parse(await readFile(file, "utf8"));
  const fault = shapeCheck(MutantsShape)(written);
  if (fault !== null) throw new TypeError(`${file}: ${JSON.stringify(fault)}`);
  return written as Static<typeof MutantsShape>;
}
