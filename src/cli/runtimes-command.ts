import type { Command } from "commander";
import type { CliContext } from "./context.ts";
import type { RuntimesOptions } from "./runtimes.ts";

const HELP = `
LANGUAGE is a name, an alias or a part of one. Exit codes: 0, or 1 where nothing is called like that.

Examples:
  crankcase runtimes
  crankcase runtimes py
  crankcase runtimes --json | jq -r '.[].language'`;

/** Adds `runtimes` to the commands. */
export function addRuntimes(program: Command, context: CliContext, finish: (exitCode: number) => void): void {
  program
    .command("runtimes [language]")
    .description("list the languages that can be run, with their versions and other names")
    .option("-u, --url <url>", "the server (default: CRANKCASE_URL, else this machine's service)")
    .option("--key-file <file>", "file that holds the API key (default: CRANKCASE_KEY)")
    .option("--json", "print JSON")
    .addHelpText("after", HELP)
    .action(async (language: string | undefined, options: RuntimesOptions) => {
      const { runtimes } = await import("./runtimes.ts");
      finish(await runtimes(language, options, context));
    });
}
