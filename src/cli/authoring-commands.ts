import type { Command } from "commander";
import type { CliContext } from "./context.ts";
import type { NewOptions } from "./packages/new-language.ts";
import type { TestOptions } from "./packages/test-language.ts";

const NEW_HELP = `
docs/adding-a-language.md goes through all of it once. Nothing that is there is overwritten.

Examples:
  sudo crankcase packages new slang --package slsh --ending .sl
  sudo crankcase packages new polyml --apt polyml libpolyml-dev gcc --command polyc --ending .ml --compiled
  crankcase packages new mine --package gcc --command gcc --dir ./languages`;

const TEST_HELP = `
The definitions are read on this machine, and run on the server. Exit code 1: a test failed.

Examples:
  sudo crankcase packages test slang
  sudo crankcase packages test python=3.11 --json`;

/** Adds `packages new` and `packages test`; `add` makes a command that calls the server. */
export function addAuthoring(
  packages: Command,
  add: (usage: string, description: string) => Command,
  context: CliContext,
  finish: (exitCode: number) => void,
): void {
  packages
    .command("new <language>")
    .description("write the files of a new language, to be filled in")
    .option("--package <name>", "the package that brings it (default: as the language)")
    .option("--suite <name>", "suite of Debian", "trixie")
    .option("--apt <names...>", "Debian packages (default: as the package)")
    .option("--command <name>", "its interpreter or compiler (default: as the first Debian package)")
    .option("--ending <endings...>", "endings of its files, with their dot")
    .option("--compiled", "it has a compile stage")
    .option("--dir <folder>", "where to write (default: definitions_dir of the configuration)")
    .addHelpText("after", NEW_HELP)
    .action(async (language: string, options: NewOptions) => {
      const { newLanguage } = await import("./packages/new-language.ts");
      finish(await newLanguage(language, options, context));
    });
  add(
    "test <languages...>",
    "install languages, and run the tests of their definitions; LANGUAGE or LANGUAGE=RANGE",
  )
    .option("--all", "every version (else those that are installed, or the newest)")
    .addHelpText("after", TEST_HELP)
    .action(async (languages: string[], options: TestOptions) => {
      const { testLanguages } = await import("./packages/test-language.ts");
      finish(await testLanguages(languages, options, context));
    });
}
