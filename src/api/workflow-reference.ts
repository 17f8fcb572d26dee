import Type, { type Static } from "typebox";

const strict = { additionalProperties: false } as const;

/** Of a step: short enough for a line of a tree, and nothing that a path or a shell would read otherwise. */
export const StepNameShape = Type.String({
  pattern: "^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$",
  patternMessage: "must be 1 to 64 letters, digits, dots, dashes and underscores, a letter or digit first",
  description: "Name of a step of this workflow.",
});

/** RFC 6901: empty, or parts with a slash before each, in which ~0 and ~1 stand for ~ and /. */
const PointerShape = Type.String({
  maxLength: 256,
  pattern: "^(?:/(?:[^~/]|~[01])*)*$",
  patternMessage: "must be a JSON pointer (RFC 6901), such as /items/0",
  description: "JSON pointer (RFC 6901) into the text, which is read as JSON; empty for all of it.",
});

/** What of a step's job can be taken. */
export const takeWords = ["stdout", "stderr", "exit_code", "artifact"] as const;

/** The fields by which something of a step is taken, in references and conditions alike. */
export const takeFields = {
  take: Type.Optional(
    Type.Enum([...takeWords], {
      description:
        "What of it: what its last stage wrote, its exit code, or a file. Left out, `stdout`; with `artifact` that file.",
    }),
  ),
  artifact: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 256,
      description: "Name of a file that the step's job writes; it is asked for by being named here.",
    }),
  ),
  json: Type.Optional(PointerShape),
};

/** Schema of what stands in the place of a text that is known only as the workflow runs. */
export const ReferenceShape = Type.Object(
  {
    from: Type.Optional(StepNameShape),
    ...takeFields,
    as: Type.Optional(
      Type.Enum(["lines", "json"], {
        description:
          "Of a step that is fanned out: its items' values a line each, or as a JSON array. In `for_each`: how a text is parted. Left out, lines.",
      }),
    ),
    default: Type.Optional(
      Type.String({ description: "In its place where there is none, as of a step that was skipped." }),
    ),
    item: Type.Optional(
      Type.Union([Type.Literal(true), PointerShape], {
        description: "In a step with `for_each`: the item, or by a JSON pointer a part of it.",
      }),
    ),
    index: Type.Optional(
      Type.Literal(true, { description: "In a step with `for_each`: the item's number, from 0." }),
    ),
  },
  {
    ...strict,
    description:
      "Instead of a text: a value of another step (`from`), or of this step's `item` or its `index`. Just one of the three.",
  },
);

/** What stands in the place of a text. */
export type Reference = Static<typeof ReferenceShape>;

/** A text or what stands in its place. */
export function textOrReference<Text extends Type.TSchema>(text: Text, description: string) {
  return Type.Union([text, ReferenceShape], { description });
}
