import { Command, InvalidArgumentError, Option } from "commander";
import { FUZZ_TARGETS, type FuzzTarget } from "./targets.ts";

/** What `npm run fuzz` was asked for. */
export interface FuzzOptions {
  /** Of each target. */
  readonly minutes: number;
  readonly targets: readonly FuzzTarget[];
}

const EXAMPLES = `
Examples:
  npm run fuzz -- --minutes 20                           every target, one after the other
  npm run fuzz -- --minutes 5 --target files             one of them
  npm run fuzz -- --minutes 0                            what is in the corpus, once

Exit status: 0 where nothing was found, else 1, with the input and the command that runs it again (docs/fuzzing.md).`;

/** Reads the command line; ends the process where it is refused or asks for help. */
export function readOptions(argv: readonly string[]): FuzzOptions {
  const target = new Option("--target <name...>", "which of them").choices(FUZZ_TARGETS);
  const command = new Command("fuzz")
    .description("Fuzzes the jailer by libFuzzer, with checks of memory and of undefined behaviour.")
    .option("--minutes <minutes>", "how long each target runs", minutesOf, 20)
    .addOption(target.default([...FUZZ_TARGETS], "all"))
    .addHelpText("after", EXAMPLES)
    .parse(argv);
  const { minutes, target: targets } = command.opts<{ minutes: number; target: FuzzTarget[] }>();
  return { minutes, targets };
}

function minutesOf(text: string): number {
  const minutes = Number(text);
  if (text.trim() === "" || !(minutes >= 0 && minutes <= 10_000))
    throw new InvalidArgumentError("Give a number of minutes, at most 10000.");
  return minutes;
}
