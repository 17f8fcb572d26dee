/** A user of passwd(5), or a group of group(5). */
export interface Account {
  readonly name: string;
  readonly id: number;
}

/** Ids that a user may use in user namespaces of its own (subuid(5)). */
export interface IdRange {
  readonly first: number;
  readonly count: number;
}

/** A range, and whose it is. */
export interface OwnedRange extends IdRange {
  readonly owner: string;
  readonly file: string;
}

/** Accounts of getent(1)'s output: the id is the third field of either kind. */
export function accountsOf(lines: string): Account[] {
  const rows = lines.split("\n").map((line) => line.split(":"));
  return rows.flatMap(([name = "", , id]) => (id === undefined ? [] : [{ name, id: Number(id) }]));
}

/** Ranges of /etc/subuid or /etc/subgid. */
export function subordinateRanges(lines: string, file: string): OwnedRange[] {
  const rows = lines.split("\n").map((line) => line.split(":"));
  return rows.flatMap(([owner = "", first, count]) =>
    count === undefined ? [] : [{ owner, file, first: Number(first), count: Number(count) }],
  );
}

/** Sentences about the ranges that share ids with one. */
export function overlapping(ranges: readonly OwnedRange[], { first, count }: IdRange): string[] {
  return ranges
    .filter((range) => range.first < first + count && first < range.first + range.count)
    .map(
      ({ owner, file, ...range }) =>
        `${file} gives ${owner} ${range.first} to ${range.first + range.count - 1}`,
    );
}
