import { type Command, Option } from "commander";
import { CrankcaseError } from "../errors/crankcase-error.ts";
import type { CliContext } from "./context.ts";
import { listed, toBytes, toMilliseconds, variables } from "./job/quantities.ts";
import { whileRead } from "./job/while-read.ts";
import type { JudgeOptions, TestOptions } from "./judging/test-options.ts";

const HELP = `
The program is FILE, of the language of its ending or of the one before it; more files belong to it. FOLDER holds the cases, in
any of the layouts of problem archives: NAME.in with NAME.out, .ans, .a or .expected; NAME with NAME.a; input01.txt with
output01.txt; in/ with out/, input/ with output/; folders of these, such as data/sample and data/secret; an init.yml that
lists test_cases. It is compiled once, and run for each case in a jail of its own, several at a time.

--time-limit is CPU time; by the clock a program has twice that and a second. A checker or an interactor gets the names of three
files: the input, the output (an interactor may write it) and the answer. Its exit code is the verdict, as testlib's: 0
accepted, 1 and 2 wrong, 3 its own failure, 7 points. The times that are shown are CPU time.

Verdicts: AC accepted; WA wrong answer; TLE, MLE, OLE the limit of time, memory or output; RE failed as it ran; CE does not compile;
CHK the checker or interactor failed; IE Crankcase failed. Exit codes: 0 when all cases are AC, else 1; 125 when Crankcase failed.

Examples:
  crankcase test solution.cpp tests/
  crankcase test python@3.11 solution.py helper.py tests/
  crankcase test --compare floats --epsilon 1e-9 area.c tests/
  crankcase test --checker check.cpp --judge-file testlib.h solution.py data/
  crankcase test --time-limit 2s --memory-limit 256m --stop solution.java tests/
  crankcase test --only "sample/*" --json solution.cpp data/ | jq .verdict`;

/** Adds `test`. */
export function addTest(program: Command, context: CliContext, finish: (exitCode: number) => void): void {
  const command = program
    .command("test")
    .description("judge a program by a folder of inputs and expected outputs")
    .usage("[options] [LANGUAGE[@RANGE]] FILE... FOLDER")
    .argument("<operands...>");
  addJudging(command, "-d, --cases <folder>", "one more folder of cases; may be repeated")
    .option("-l, --version <range>", "semver range of the language's version")
    .option("-f, --file <path[=name]>", "one more file or folder of the program; may be repeated", listed)
    .option(
      "-e, --env <name[=value]>",
      "a variable of the program's; may be repeated",
      variables(context.env),
    )
    .option("-r, --time-limit <time>", "CPU time that the program may take for each case", toMilliseconds)
    .option("-m, --memory-limit <size>", "memory that it may take", toBytes)
    .option("--json", "print one JSON object, at the end")
    .option("-u, --url <url>", "the server (default: CRANKCASE_URL, else this machine's service)")
    .option("--key-file <file>", "file that holds the API key (default: CRANKCASE_KEY)")
    .addHelpText("after", HELP)
    .action(async (operands: string[], flags: Partial<TestOptions>) => {
      const { test } = await import("./judging/test.ts");
      const options = { ...flags, ...judgeOptionsOf(flags), ...lists(flags) };
      finish(await whileRead(context, () => test(operands, options, context)));
    });
}

/** Adds the options that say by what a program is judged. */
export function addJudging(command: Command, cases: string, casesText: string): Command {
  const modes = ["exact", "trimmed", "tokens", "floats", "unordered_lines"];
  return command
    .option(cases, casesText, listed)
    .option("--only <pattern>", 'only cases whose names fit, such as "sample/*"; may be repeated', listed)
    .addOption(new Option("--compare <mode>", "how outputs are compared (default: trimmed)").choices(modes))
    .option("--epsilon <number>", "for floats: the difference that is allowed", toEpsilon)
    .option("--ignore-case", "whether A and a are the same")
    .option("--checker <file>", "a program that judges each output")
    .option("--interactor <file>", "a program that talks with the other one")
    .option("--judge-file <path[=name]>", "one more file beside the checker's; may be repeated", listed)
    .option("--stop", "run nothing after the first failure");
}

/** What commander leaves out where nobody asked, as lists. */
export function judgeOptionsOf(
  flags: Partial<JudgeOptions>,
): Pick<JudgeOptions, "cases" | "only" | "judgeFile"> {
  return { cases: flags.cases ?? [], only: flags.only ?? [], judgeFile: flags.judgeFile ?? [] };
}

function lists({ file = [], env = {} }: Partial<TestOptions>): Pick<TestOptions, "file" | "env"> {
  return { file, env };
}

function toEpsilon(text: string): number {
  const value = text.trim() === "" ? Number.NaN : Number(text);
  if (value >= 0 && value <= 1) return value;
  throw new CrankcaseError(
    "invalid_command",
    `--epsilon wants a number from 0 to 1, such as 1e-6, not ${text}`,
  );
}
