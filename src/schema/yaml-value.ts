import { CORE_SCHEMA, loadAll, mergeTag } from "js-yaml";

/** How a text is read. */
export interface YamlReading {
  /** Whether `<<` merges one mapping into another; left out, it is a name like any other. */
  readonly merges?: boolean;
}

/** Lists in lists, mappings in mappings. */
const MOST_DEPTH = 100;

/** Values within a text's value; what people write has some thousands. */
const MOST_VALUES = 100_000;

/**
 * The value of a YAML 1.2 text, by its core schema: `yes` and dates are strings, a name that stands twice in one mapping
 * and a tag that is not known are refused. A text without a document is null. Throws an Error that says where it is no YAML.
 */
export function yamlValue(text: string, { merges = false }: YamlReading = {}): unknown {
  const schema = merges ? CORE_SCHEMA.withTags(mergeTag) : CORE_SCHEMA;
  const documents = loadAll(text, { schema, maxDepth: MOST_DEPTH });
  if (documents.length > 1) throw new Error("there are several documents, and one is wanted");
  const value = documents[0] ?? null;
  requireBounded(value);
  return value;
}

/** A reference (`*name`) is another way to the same value: few of them, in layers, are more ways than anybody can walk. */
function requireBounded(value: unknown): void {
  const unseen = [value];
  for (let seen = 0; unseen.length > 0; seen += 1) {
    if (seen > MOST_VALUES) throw new Error("references make too many values of it");
    const next = unseen.pop();
    if (typeof next === "object" && next !== null) for (const part of Object.values(next)) unseen.push(part);
  }
}
