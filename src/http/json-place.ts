/** A place in a text, for a person: both count from 1, columns in characters as JavaScript has them. */
export interface JsonPlace {
  readonly line: number;
  readonly column: number;
}

/** Line and column of an index. */
export function lineAndColumn(text: string, index: number): JsonPlace {
  const before = text.slice(0, index);
  const lastBreak = before.lastIndexOf("\n");
  const breaks = before.match(/\n/g)?.length ?? 0;
  return { line: breaks + 1, column: index - lastBreak };
}
