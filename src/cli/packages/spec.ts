import { readFile } from "node:fs/promises";
import semver from "semver";
import type { PackageInfo } from "../../api/package-info.ts";
import { CrankcaseError } from "../../errors/crankcase-error.ts";
import { semverOf } from "../../runtimes/semver-of.ts";
import type { CliContext } from "../context.ts";
import { installEach } from "./install.ts";
import { finish } from "./outcome.ts";
import { type PackagesOptions, packagesApi } from "./packages-api.ts";
import { uninstallInOrder } from "./uninstall.ts";
import { exactly, wantedPackages } from "./wanted-packages.ts";

/** One line of a spec file: `PATTERN RANGE`, or `!PATTERN RANGE` to take out what earlier lines let in. */
interface Rule {
  readonly isExclusion: boolean;
  readonly pattern: RegExp;
  readonly range: string;
}

/**
 * `crankcase packages spec FILE`: installs what the file's lines match and uninstalls everything else, as Piston's ppman does.
 * Throws `invalid_command` for a line that cannot be read.
 */
export async function spec(file: string, options: PackagesOptions, context: CliContext): Promise<number> {
  const text = await readFile(file, "utf8").catch((cause: Error) => {
    throw new CrankcaseError("invalid_command", `${file} cannot be read: ${cause.message}`, { cause });
  });
  const rules = parseSpec(text, file);
  const api = await packagesApi(options, context);
  const packages = await api.packages();
  const wanted = packages.filter((it) => isWanted(it, rules));
  const missing = wanted.filter(({ installed }) => !installed);
  const surplus = packages.filter((it) => it.installed && !wanted.includes(it));
  const exact = (some: readonly PackageInfo[]) => wantedPackages(some.map(exactly));
  const { changed, inUse } = await uninstallInOrder(exact(surplus), api, options, context);
  // What a wanted package is built on is wanted as well.
  for (const { error } of inUse) context.stderr.write(`it stays: ${error.message}\n`);
  const added = await installEach(exact(missing), api, options, context);
  return finish([...changed, ...added], options, context);
}

/** Whether the last line that matches a package lets it in. */
function isWanted({ name, languages, version }: PackageInfo, rules: readonly Rule[]): boolean {
  const release = semverOf(version) ?? "0.0.0";
  const last = rules.findLast(
    ({ pattern, range }) =>
      [name, ...languages].some((it) => pattern.test(it)) && semver.satisfies(release, range),
  );
  return last !== undefined && !last.isExclusion;
}

/** The rules in a spec file: `*` in a pattern stands for anything, `#` begins a comment. Throws `invalid_command`. */
function parseSpec(text: string, file: string): Rule[] {
  return text.split("\n").flatMap((line, index) => {
    const words = line.replace(/#.*/, "").trim();
    if (words === "") return [];
    const [pattern = "", ...range] = words.split(/\s+/);
    const rule = {
      isExclusion: pattern.startsWith("!"),
      pattern: wildcard(pattern.replace(/^!/, "")),
      range: range.length === 0 ? "*" : range.join(" "),
    };
    if (semver.validRange(rule.range) !== null) return [rule];
    throw new CrankcaseError("invalid_command", `${file}:${index + 1}: ${rule.range} is no semver range`);
  });
}

function wildcard(pattern: string): RegExp {
  const parts = pattern.split("*").map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${parts.join(".*")}$`);
}
