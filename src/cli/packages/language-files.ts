import { stringify } from "yaml";

/** What a new language's files are made of. */
export interface NewLanguage {
  readonly language: string;
  readonly packageName: string;
  readonly suite: string;
  /** Debian packages. */
  readonly apt: readonly string[];
  /** The program that runs or compiles it. */
  readonly command: string;
  /** Endings of its files, with their dot; the first one is the main file's. */
  readonly endings: readonly string[];
  readonly isCompiled: boolean;
}

/** The text of `packages-index/<package>.yaml`, with what is to be filled in told in comments. */
export function packageFile({ language, packageName, suite, apt, command }: NewLanguage): string {
  return `# How the bits of ${packageName} get on disk. src/packages/package-definition.ts describes every key.
name: ${scalar(packageName)}
versions:
  # One entry for each version, the newest first; each may come from another suite.
  # Version and size: \`crankcase packages test ${language}\` tells both.
  - version: "0"
    architectures: [amd64, arm64]
    size_mb: 1
    source:
      suite: ${suite}
      # What these merely recommend is left out: name it here where it is needed.
      apt: ${list(apt)}
      # The Debian package whose upstream version is the language's.
      version_of: ${scalar(apt[0] ?? "")}
    # Commands that are run after the install, each an argument list; no shell, no network:
    # fixups:
    #   - [/usr/bin/ln, -s, /usr/bin/${command}, /usr/local/bin/another-name]
    # Commands that jobs must find: a build in which one is missing is refused.
    provides: ${list([command])}
`;
}

/** The text of `runtimes/<language>.yaml`, with what is to be filled in told in comments. */
export function runtimeFile(about: NewLanguage): string {
  const { language, packageName, endings, isCompiled } = about;
  const main = scalar(mainFile(about));
  const test = (name: string, program: string, rest: string) => `  - name: ${name}
    files:
      - name: ${main}
        content: |
          FILL IN: ${program}
${rest}`;
  return `# How ${language} is run, with the tests that prove it. src/runtimes/runtime-definition.ts describes every key.
language: ${scalar(language)}
# Other names that requests may use.
aliases: []
package: ${scalar(packageName)}
# Name of the first file where a request gives it none.
main_file: ${main}
# By these \`crankcase run FILE\` knows the language.
file_endings: ${list(endings)}
# environment:
#   SOME_VARIABLE: for both stages
# Only where the defaults (3 s and 512 MiB to run, 10 s and 1 GiB to compile) do not do twice over:
# limit_overrides:
#   run: { wall_time_ms: 10000, memory_bytes: 1073741824 }
# Output is compared byte for byte; stderr must be empty unless stderr_contains is there.
tests:
${test("prints hello", `a program that prints Hello from ${language}`, `    expect:\n      stdout: "Hello from ${language}\\n"\n`)}
${test(
  "arguments and standard input reach it",
  "a program that prints its arguments and what it reads, one a line",
  `    args: [one, two words]\n    stdin: "three\\n"\n    expect:\n      stdout: "one\\ntwo words\\nthree\\n"\n`,
)}
${test("an error at run time is told", "a program that fails", `    expect:\n      exit_code: 1\n      stderr_contains: FILL IN\n`)}${
  isCompiled
    ? `
${test("what does not compile is told", "no program at all", "    expect:\n      compile_fails: true\n      stderr_contains: FILL IN\n")}`
    : ""
}`;
}

/** The text of a script of `executioners/<language>/`. */
export function executionerFile(about: NewLanguage, stage: "compile" | "run"): string {
  const { language, command, isCompiled } = about;
  const words = {
    run: isCompiled
      ? ["run MAIN [ARGS...]: runs the a.out that compile made of MAIN.", './a.out "$@"']
      : [`run MAIN [ARGS...]: runs a program in ${language}.`, `${command} "$main" "$@"`],
    compile: ["compile FILES...: builds a.out of the main file.", `${command} -o a.out "$main"`],
  };
  const [what = "", line = ""] = words[stage];
  const rest = stage === "run" ? "the program's arguments" : "the names of the job's other files";
  return `#!/bin/sh
# ${what}
# shellcheck source=executioners/prelude.sh
. /executioners/prelude.sh

# "$main" is the main file, "$@" ${rest}; the working folder is the job's, HOME is /tmp, both may be written to.
limited ${line}
`;
}

function mainFile({ endings }: NewLanguage): string {
  return `main${endings[0] ?? ""}`;
}

/** A text as YAML takes it for one. */
function scalar(text: string): string {
  return stringify(text).trim();
}

function list(texts: readonly string[]): string {
  return `[${texts.map(scalar).join(", ")}]`;
}
