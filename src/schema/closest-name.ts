/** Names further apart than a third of their length are no slip of the finger. */
const CLOSE_ENOUGH = 1 / 3;

/** Nothing that has a name here has a longer one, and comparing takes time for every letter. */
const LONGEST_NAME = 80;

/** The known name that somebody probably meant, or null where none is close. */
function closestName(name: string, known: readonly string[]): string | null {
  if (name.length > LONGEST_NAME) return null;
  const lower = name.toLowerCase();
  const ranked = known
    .map((candidate) => ({ candidate, distance: editDistance(lower, candidate.toLowerCase()) }))
    .sort((a, b) => a.distance - b.distance);
  const best = ranked[0];
  if (best === undefined) return null;
  const longest = Math.max(name.length, best.candidate.length);
  return best.distance <= longest * CLOSE_ENOUGH ? best.candidate : null;
}

/** ` Did you mean X?` to put behind a message, or nothing. */
export function didYouMean(name: string, known: readonly string[]): string {
  const closest = closestName(name, known);
  return closest === null ? "" : ` Did you mean ${closest}?`;
}

/** Levenshtein's distance: the fewest insertions, deletions and replacements that turn one text into the other. */
function editDistance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_value, index) => index);
  for (const [index, letter] of [...from].entries()) {
    const next = [index + 1];
    for (const [column, other] of [...to].entries()) {
      const replaced = (row[column] ?? 0) + (letter === other ? 0 : 1);
      next.push(Math.min(replaced, (row[column + 1] ?? 0) + 1, (next[column] ?? 0) + 1));
    }
    row = next;
  }
  return row[to.length] ?? 0;
}
