import { type Command, Option } from "commander";
import type { CliContext } from "./context.ts";
import { listed, toBytes, toMilliseconds, variables } from "./job/quantities.ts";
import type { RunOptions } from "./run/run-options.ts";

const HELP = `
LANGUAGE may have a range of versions behind it: python@3.11. Left out, it is guessed from FILE's ending. Options come before
LANGUAGE: what comes after FILE belongs to the program.

Piped input reaches the program, whole; with -i as it comes. Output comes as the program writes it; what the compiler says goes
to stderr. With -i at a terminal the program has a terminal of its own: arrow keys, Ctrl-C and Ctrl-D are its own, and it hears
of the window's size. Where input or output is no terminal, -i feeds it through pipes, as Piston's -i does; Piston's -t
is the same. It then has the longest time that the server allows, and limits above the server's maximum are lowered to it.

A folder given to --file comes with all that is below it. Times are milliseconds, or have a unit: 500ms, 2.5s, 1m. Sizes are
bytes, or have one: 256m. The server is CRANKCASE_URL's, else this machine's service; an API key is read from --key-file or
CRANKCASE_KEY, and never stands on the command line.

Exit codes: the program's own, or that of a compiler that failed; 128+n when signal n or a limit (137) ended it; 125 when
Crankcase itself failed; 2 for a wrong command line; 130 after Ctrl-C.

Examples:
  crankcase run hello.py
  crankcase run python@3.11 hello.py one "two words"
  echo 5 | crankcase run python square.py
  crankcase run -i game.py
  crankcase run --watch main.c
  crankcase run --file lib --file data.csv=in/data.csv main.py
  crankcase run --artifacts "*.png" --output-dir plots plot.py
  crankcase run --url https://code.example.org --key-file ~/.crankcase-key --json main.c`;

/** Adds `run`, with Piston's own flags. */
export function addRun(program: Command, context: CliContext, finish: (exitCode: number) => void): void {
  program
    .command("run")
    .description("run a file on the server")
    .usage("[options] [LANGUAGE[@RANGE]] FILE [ARGS...]")
    .argument("<operands...>")
    .passThroughOptions()
    .option("-i, --interactive", "talk to the program: on a terminal of its own, or through pipes")
    .addOption(new Option("-t, --terminal", "Piston's name of -i").hideHelp())
    .option("-w, --watch", "run again whenever a file changes, until Ctrl-C")
    .option("-l, --version <range>", "semver range of the language's version")
    .addOption(new Option("--language-version <range>", "Piston's name of --version").hideHelp())
    .option("-f, --file <path[=name]>", "one more file or folder; may be repeated", listed)
    .addOption(new Option("--files <path>", "Piston's name of --file").argParser(listed).hideHelp())
    .option("--stdin <file>", "what the program reads, instead of piped input")
    .option(
      "-e, --env <name[=value]>",
      "a variable of the program's; may be repeated",
      variables(context.env),
    )
    .option("-r, --timeout <time>", "how long the program may take", toMilliseconds)
    .addOption(new Option("--run-timeout <time>", "Piston's").argParser(toMilliseconds).hideHelp())
    .option("-c, --compile-timeout <time>", "how long the compiler may take", toMilliseconds)
    .option("--cpu-time <time>", "CPU time that the program may take", toMilliseconds)
    .option("--memory <size>", "memory that the program may take", toBytes)
    .option("--artifacts <pattern>", "bring back files that the program wrote; may be repeated", listed)
    .option("-o, --output-dir <folder>", "where to write them")
    .option("-s, --status", "tell on stderr how it goes: version, stages, what they took")
    .option("--json", "print the whole result as JSON, at the end")
    .option("-u, --url <url>", "the server (default: CRANKCASE_URL, else this machine's service)")
    .option("--key-file <file>", "file that holds the API key (default: CRANKCASE_KEY)")
    .addHelpText("after", HELP)
    .action(async (operands: string[], flags: Flags) => {
      const { run } = await import("./run/run.ts");
      finish(await run(operands, optionsOf(flags), context));
    });
}

/** As commander has them: Piston's names beside ours. */
interface Flags extends Omit<RunOptions, "file" | "env" | "artifacts"> {
  readonly file?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly artifacts?: readonly string[];
  readonly terminal?: boolean;
  readonly languageVersion?: string;
  readonly files?: readonly string[];
  readonly runTimeout?: number;
}

function optionsOf({ terminal, languageVersion, files = [], runTimeout, ...ours }: Flags): RunOptions {
  const version = ours.version ?? languageVersion;
  const timeout = ours.timeout ?? runTimeout;
  return {
    ...ours,
    ...(terminal === true ? { interactive: true } : {}),
    ...(version === undefined ? {} : { version }),
    ...(timeout === undefined ? {} : { timeout }),
    file: [...(ours.file ?? []), ...files],
    env: ours.env ?? {},
    artifacts: ours.artifacts ?? [],
  };
}
