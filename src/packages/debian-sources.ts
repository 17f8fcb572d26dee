import type { SuiteDefinition } from "./suite-definition.ts";

/** Where Debian's archives come from, as apt writes it: URIs without suite or component. */
export interface Mirrors {
  readonly main: string;
  /** Absent for a machine that takes no security updates of its own: suites under development have none. */
  readonly security?: string;
}

/** What `debianMirrors` reads: one line an index, of these four fields. */
export const INDEX_FORMAT = "$(REPO_URI) $(RELEASE) $(COMPONENT) $(ORIGIN)";

/**
 * The mirrors that the machine's own apt uses for Debian, from the output of `apt-get indextargets` in `INDEX_FORMAT`.
 * Null where it has none: another distribution, or an apt that never fetched its lists.
 */
export function debianMirrors(indexTargets: string): Mirrors | null {
  const rows = indexTargets
    .split("\n")
    .map((line) => line.split(" "))
    .filter(([, , component, origin]) => component === "main" && origin === "Debian");
  const uriOf = (isSecurity: boolean) =>
    rows.find(([, release = ""]) => /-security$|\/updates$/.test(release) === isSecurity)?.[0];
  const main = uriOf(false);
  const security = uriOf(true);
  if (main === undefined) return null;
  return security === undefined ? { main } : { main, security };
}

/** The lines of sources.list(5) for a suite: its release, its updates and its security fixes, as far as there are any. */
export function sourceLines({ suite, pockets }: SuiteDefinition, { main, security }: Mirrors): string[] {
  const has = (pocket: SuiteDefinition["pockets"][number]) => pockets.includes(pocket);
  return [
    `deb ${main} ${suite} main`,
    ...(has("updates") ? [`deb ${main} ${suite}-updates main`] : []),
    ...(has("security") && security !== undefined ? [`deb ${security} ${suite}-security main`] : []),
  ];
}

/** A line of sources.list(5) with what apt is to know of where it comes from, in brackets. */
export function withOptions(line: string, { allow_expired }: SuiteDefinition, signedBy?: string): string {
  const options = [
    ...(signedBy === undefined ? [] : [`signed-by=${signedBy}`]),
    ...(allow_expired === true ? ["check-valid-until=no"] : []),
  ];
  return options.length === 0 ? line : line.replace(/^deb /, `deb [${options.join(" ")}] `);
}
