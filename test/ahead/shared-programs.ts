import type { Category } from "./categories.ts";
import type { Echoes, Program, WrittenProgram } from "./program.ts";

const ARGUMENTS: Readonly<Record<string, readonly string[]>> = {
  none: [],
  "words with blanks, quotes and patterns": [
    "two words",
    "",
    "*",
    "$HOME",
    "'a' \"b\"",
    "c\\d",
    "line\nend",
    "~",
  ],
  "words that look like options": ["-e", "--version", "--", "-", "-x=1", "@file", "--help"],
  "words of other scripts": ["ünï", "日本語", "\u{1f600}", "e\u0301"],
  "two hundred": Array.from({ length: 200 }, (_value, index) => `argument number ${index}`),
};

const ALL_BYTES = Array.from({ length: 256 }, (_value, byte) => byte.toString(16).padStart(2, "0")).join("");

const INPUTS: Readonly<Record<string, Pick<WrittenProgram, "stdin" | "stdin_hex">>> = {
  nothing: {},
  "one line without its end": { stdin: "one line" },
  "lines of other scripts": { stdin: "ünï\n日本語\r\n\u{1f600}\n" },
  "each byte there is": { stdin_hex: ALL_BYTES },
  "200 kB": { stdin: "0123456789abcdef\n".repeat(12_000) },
};

const NAMES: Readonly<Record<string, (ending: string) => string>> = {
  "with blanks": (ending) => `with two blanks${ending}`,
  "that looks like an option": (ending) => `-e${ending}`,
  "that begins with a dot": (ending) => `.hidden${ending}`,
  "of another script": (ending) => `ünï日本${ending}`,
  "below folders": (ending) => `some/where/deep${ending}`,
  "with another ending": () => "file0.code",
  "without an ending": () => "program",
  "that begins with @": (ending) => `@at${ending}`,
};

/** The programs that every language is given: its own source, and arguments, input or a name that are the same for all. */
export function sharedPrograms({ args, stdin, path, ending }: Echoes): readonly Program[] {
  return [
    ...each("args", ARGUMENTS, (words) => ({ source: args, args: [...words] })),
    ...each("stdin", INPUTS, (input) => ({ source: stdin, ...input })),
    ...each("names", NAMES, (name) => ({ source: path, main: name(ending) })),
  ];
}

function each<Value>(
  category: Category,
  cases: Readonly<Record<string, Value>>,
  program: (value: Value) => Omit<WrittenProgram, "is">,
): readonly Program[] {
  return Object.entries(cases).map(([is, value]) => ({ ...program(value), is, category }));
}
