import { type Document, isAlias, isMap, isScalar, isSeq, LineCounter, type Node, parseDocument } from "yaml";
import { invalidConfig } from "./setting.ts";

/** A YAML text of which only what is asked for is followed: aliases cannot make it explode. */
export interface YamlTree {
  readonly file: string;
  readonly root: YamlPlace;
  readonly document: Document;
  readonly lines: LineCounter;
  aliasesLeft: number;
}

/** A node, and the line (from 1) of its key or of itself. */
export interface YamlPlace {
  readonly node: unknown;
  readonly line: number;
}

/** Steps through aliases in one file: what people write takes a few, what is made to explode takes millions. */
const MOST_ALIASES = 200;

/** Reads YAML. Throws `invalid_config` with file and line for what is none. */
export function yamlTree(text: string, file: string): YamlTree {
  const lines = new LineCounter();
  const document = parsed(text, file, lines);
  const root = { node: document.contents, line: 1 };
  return { file, root, document, lines, aliasesLeft: MOST_ALIASES };
}

/** Entries of a map in their order, its merges (`<<`) filled in; none where it is something else. */
export function entriesOf(tree: YamlTree, { node }: YamlPlace): ReadonlyMap<string, YamlPlace> {
  const map = followed(tree, node);
  if (!isMap(map)) return new Map();
  const own = map.items.map(
    ({ key, value }) =>
      [isScalar(key) ? String(key.value) : "", { node: value, line: lineOf(tree, key) }] as const,
  );
  requireUnique(tree, own);
  const merged = own.filter(([name]) => name === "<<").flatMap(([, place]) => mergedEntries(tree, place));
  return new Map([...merged, ...own.filter(([name]) => name !== "<<")]);
}

/** The parser would compare each key with each, which takes minutes where there are thousands. */
function requireUnique({ file }: YamlTree, entries: readonly (readonly [string, YamlPlace])[]): void {
  const seen = new Set<string>();
  for (const [name, { line }] of entries) {
    if (seen.has(name)) throw invalidConfig(`${file}:${line}`, `${name} stands there twice`);
    seen.add(name);
  }
}

/** Items of a list; none where it is something else. */
export function itemsOf(tree: YamlTree, { node }: YamlPlace): readonly YamlPlace[] {
  const list = followed(tree, node);
  return isSeq(list) ? list.items.map((item) => ({ node: item, line: lineOf(tree, item) })) : [];
}

/** Text of a scalar, as it is written where YAML would make a number of it; undefined where it is something else. */
export function textOf(tree: YamlTree, { node }: YamlPlace): string | undefined {
  const scalar = followed(tree, node);
  if (scalar === null) return "";
  if (!isScalar(scalar)) return undefined;
  if (scalar.value === null) return "";
  return typeof scalar.value === "string" ? scalar.value : (scalar.source ?? String(scalar.value));
}

/** Of several merged maps the first wins (yaml.org/type/merge.html), so it comes last. */
function mergedEntries(tree: YamlTree, place: YamlPlace): (readonly [string, YamlPlace])[] {
  const several = [...itemsOf(tree, place)].reverse();
  return several.length > 0
    ? several.flatMap((one) => mergedEntries(tree, one))
    : [...entriesOf(tree, place)];
}

function followed(tree: YamlTree, node: unknown): Node | null {
  let at = node;
  while (isAlias(at)) {
    if (tree.aliasesLeft === 0) {
      throw invalidConfig(`${tree.file}:${lineOf(tree, at)}`, "there are too many aliases to follow");
    }
    tree.aliasesLeft -= 1;
    at = at.resolve(tree.document);
  }
  return (at ?? null) as Node | null;
}

function lineOf({ lines }: YamlTree, node: unknown): number {
  return lines.linePos((node as Node | null)?.range?.[0] ?? 0).line;
}

function parsed(text: string, file: string, lineCounter: LineCounter): Document {
  const document = withoutOverflow(file, () =>
    parseDocument(text, { lineCounter, prettyErrors: false, uniqueKeys: false }),
  );
  const [error] = document.errors;
  if (error === undefined) return document;
  throw invalidConfig(
    `${file}:${lineCounter.linePos(error.pos[0]).line}`,
    `this is not YAML: ${error.message}`,
  );
}

/** Lists in lists in lists use up the parser's stack. */
function withoutOverflow<Result>(file: string, parse: () => Result): Result {
  try {
    return parse();
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw invalidConfig(file, "the YAML is nested too deeply");
  }
}
