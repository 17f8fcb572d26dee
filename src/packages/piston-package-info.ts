import Type, { type Static } from "typebox";
import { languageOverrides } from "../config/piston-overrides.ts";
import { CrankcaseError } from "../errors/crankcase-error.ts";
import type { PistonPart } from "../runtimes/piston-part.ts";
import { problemText, shapeCheck } from "../schema/shape-check.ts";
import type { PistonEntry } from "./piston-index.ts";

const MOST_NAMES = 100;

const Name = Type.String({ minLength: 1 });
const Aliases = Type.Optional(Type.Array(Name, { maxItems: MOST_NAMES }));
const LimitOverrides = Type.Optional(
  Type.Record(Type.String(), Type.Unknown(), { description: "Piston's names of limits, and numbers." }),
);

/** Schema of `pkg-info.json`, as far as anything of it counts here; Piston ignores other keys, and so do we. */
const PackageInfoShape = Type.Object({
  language: Name,
  version: Name,
  aliases: Aliases,
  provides: Type.Optional(
    Type.Array(Type.Object({ language: Name, aliases: Aliases, limit_overrides: LimitOverrides }), {
      maxItems: MOST_NAMES,
    }),
  ),
  limit_overrides: LimitOverrides,
});

const check = shapeCheck(PackageInfoShape);

/**
 * The languages that a package says it provides: itself, or those of `provides`, as Piston reads it. Throws `package_failed`
 * for a `pkg-info.json` without its shape, or of another package than the index names.
 */
export function pistonLanguages(text: string, entry: PistonEntry): Pick<PistonPart, "provides" | "several"> {
  const refuse = (problem: string) => new CrankcaseError("package_failed", `pkg-info.json: ${problem}`);
  const info = parseInfo(text, refuse);
  if (info.language !== entry.name || info.version !== entry.version)
    throw refuse(`it is not that of ${entry.name} ${entry.version}`);
  const provides = (info.provides ?? [info]).map(
    ({ language, aliases = [], limit_overrides: limits = {} }) => ({
      language,
      aliases: [...new Set(aliases)],
      limit_overrides: languageOverrides(limits, (problem) => refuse(`limit_overrides: ${problem}`)),
    }),
  );
  return { provides, several: info.provides !== undefined };
}

function parseInfo(
  text: string,
  refuse: (problem: string) => CrankcaseError,
): Static<typeof PackageInfoShape> {
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch {
    throw refuse("it is not JSON");
  }
  const problem = check(content);
  if (problem !== null) throw refuse(problemText(problem, "it"));
  return content as Static<typeof PackageInfoShape>;
}
