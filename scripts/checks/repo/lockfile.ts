/** The part of package-lock.json (version 3) that is read here: packages by their path. */
interface Lockfile {
  readonly packages?: Readonly<Record<string, LockedPackage>>;
}

interface LockedPackage {
  readonly resolved?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

/**
 * Lockfile entries that name where they were fetched from (checksums are enough, and every machine has its own mirror),
 * and entries that are missing: a registry that lacks a package of another platform makes npm leave it out without a word,
 * and `npm ci` then refuses the lockfile.
 */
export function lockfileFaults(file: string, text: string): string[] {
  if (file !== "package-lock.json") {
    return [];
  }
  const { packages = {} }: Lockfile = JSON.parse(text);
  return Object.entries(packages).flatMap(([path, entry]) => [
    ...(entry.resolved === undefined ? [] : [`${file}: ${path} names its registry`]),
    ...Object.keys({ ...entry.dependencies, ...entry.optionalDependencies })
      .filter((name) => !isLocked(packages, path, name))
      .map((name) => `${file}: no entry for ${name}, which ${path || "the project"} depends on`),
  ]);
}

/** Looks for a package as Node does: beside the dependent, then in each folder above it. */
function isLocked(
  packages: Readonly<Record<string, LockedPackage>>,
  dependent: string,
  name: string,
): boolean {
  const place = dependent === "" ? "" : `${dependent}/`;
  if (packages[`${place}node_modules/${name}`] !== undefined) {
    return true;
  }
  return dependent !== "" && isLocked(packages, parentOf(dependent), name);
}

/** The package in whose `node_modules` a package lies; the project itself is the empty path. */
function parentOf(path: string): string {
  return path.slice(0, Math.max(path.lastIndexOf("node_modules/") - 1, 0));
}
