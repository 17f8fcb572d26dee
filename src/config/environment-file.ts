import { invalidConfig } from "./setting.ts";

/** One variable as a file gives it. */
export interface WrittenVariable {
  readonly name: string;
  /** Null where the file names it and leaves its value to somebody else. */
  readonly text: string | null;
  /** Whether compose or a shell would fill something into the text, as into `${TIMEOUT:-3000}`. */
  readonly isTemplate: boolean;
  /** Line of the file, from 1. */
  readonly line: number;
}

/**
 * Reads an environment file: `NAME=value` lines with comments, quotes and `export`, as compose and systemd take them.
 * Throws `invalid_config` with file and line for any other line.
 */
export function environmentFile(text: string, file: string): WrittenVariable[] {
  return text.split("\n").flatMap((raw, index) => {
    const line = raw.trim();
    return line === "" || line.startsWith("#") ? [] : [variable(line, file, index + 1)];
  });
}

/** Whether compose would fill something in: a `$` that is not doubled. */
export function isTemplate(text: string): boolean {
  return text.replaceAll("$$", "").includes("$");
}

function variable(text: string, file: string, line: number): WrittenVariable {
  const [, name, rest = ""] = /^(?:export\s+)?([A-Za-z_]\w*)\s*=\s*(.*)$/.exec(text) ?? [];
  if (name === undefined) throw invalidConfig(`${file}:${line}`, "this is not NAME=value");
  const quote = rest.startsWith("'") || rest.startsWith('"') ? rest.charAt(0) : "";
  const value = quote === "" ? rest.replace(/(^|\s+)#.*$/, "") : quoted(rest, quote, `${file}:${line}`);
  return { name, text: value, isTemplate: quote !== "'" && isTemplate(value), line };
}

function quoted(rest: string, quote: string, place: string): string {
  const pattern = quote === "'" ? /^'([^']*)'(.*)$/ : /^"((?:[^"\\]|\\.)*)"(.*)$/;
  const [, inner, after = ""] = pattern.exec(rest) ?? [];
  if (inner === undefined) throw invalidConfig(place, `the quote ${quote} is not closed in this line`);
  if (!/^\s*(#.*)?$/.test(after)) throw invalidConfig(place, "something follows the closing quote");
  return quote === "'" ? inner : inner.replace(/\\(["\\])/g, "$1");
}
