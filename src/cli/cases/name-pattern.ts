/**
 * Makes a test of names from patterns: `*` stands for any characters, `?` for one; the name of a folder stands for all below
 * it. A name that fits one of them fits; without a pattern all do. Pure.
 */
export function namePattern(patterns: readonly string[]): (name: string) => boolean {
  const tests = patterns.map((pattern) => {
    const source = RegExp.escape(pattern).replaceAll("\\*", ".*").replaceAll("\\?", ".");
    return new RegExp(`^(?:${source})(?:/.*)?$`, "su");
  });
  return (name) => tests.length === 0 || tests.some((it) => it.test(name));
}
