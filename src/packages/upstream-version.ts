/**
 * The upstream version in a Debian version, as far as it is numbers: `4:14.2.0-1` is 14.2.0, `3.13.5-2+deb13u5` is 3.13.5.
 * The parts are those of deb-version(7): epoch, upstream version, revision. Null where it does not start with a number.
 */
export function upstreamVersion(debianVersion: string): string | null {
  const upstream = debianVersion.replace(/^\d+:/, "");
  return /^\d+(\.\d+)*/.exec(upstream)?.[0] ?? null;
}
