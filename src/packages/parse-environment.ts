import { isUtf8 } from "node:buffer";
import { CrankcaseError } from "../errors/crankcase-error.ts";

/** Of the shell that sourced it, and of ours: no package sets these for its jobs. */
const NOT_ITS_OWN = /^(_|PWD|OLDPWD|SHLVL|PISTON_LANGUAGE|CRANKCASE_.*)$/;

/** What the shell itself can export; others cannot come of `environment`, but of a program put in the place of `env`. */
const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

/**
 * What a package's `environment` changed, from what `env --null` printed after it. Throws `package_failed` where that is not
 * what env prints: it ended before its end, or its values are no text.
 */
export function parseEnvironment(
  printed: Buffer,
  before: Readonly<Record<string, string>>,
): Record<string, string> {
  const text = printed.toString();
  if (!text.endsWith("\0") || !isUtf8(printed))
    throw new CrankcaseError(
      "package_failed",
      "its environment ended before its last line, or sets what is not UTF-8",
    );
  const variables = text
    .slice(0, -1)
    .split("\0")
    .map((entry): [string, string] => {
      const at = entry.indexOf("=");
      return [entry.slice(0, at), entry.slice(at + 1)];
    });
  return Object.fromEntries(
    variables.filter(([name, value]) => NAME.test(name) && !NOT_ITS_OWN.test(name) && before[name] !== value),
  );
}
