import semver from "semver";

/**
 * A version as semver: Debian's are none. 14.2 is 14.2.0, 2025.04.26 is 2025.4.26, and 5.2.37-2 is 5.2.37 (its last part says
 * how it was packaged). Null for a version that holds no number.
 */
export function semverOf(version: string): string | null {
  return semver.coerce(version.replace(/\b0+(?=\d)/g, ""))?.version ?? null;
}
