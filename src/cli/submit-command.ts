import type { Command } from "commander";
import type { CliContext } from "./context.ts";
import { listed, toBytes, toMilliseconds, toSeconds, variables, wholeNumber } from "./job/quantities.ts";
import { whileRead } from "./job/while-read.ts";
import type { SubmitOptions } from "./queued/submit-options.ts";
import { addJudging, judgeOptionsOf } from "./test-command.ts";

const HELP = `
The server runs the job when its turn comes, also where it is restarted meanwhile; its id is printed. \`crankcase jobs ID\` tells
where it stands, \`crankcase logs ID\` what it wrote, \`crankcase cancel ID\` ends it. Times are milliseconds, or have a unit:
500ms, 2.5s, 1h.

With --each every operand is a FILE and a job of its own; all or none are accepted. With --cases the program is judged as by
\`crankcase test\`. The state of a job that is over is sent to --callback, signed with the secret in --callback-secret-file or
CRANKCASE_CALLBACK_SECRET. --retry is for programs that may run twice.

Exit codes: 0 when the job was accepted. With --wait the program's own; with --cases 1 when a case failed; with --each 0 when all
ran. 125 when Crankcase failed, or a job was cancelled.

Examples:
  crankcase submit report.py monthly
  id=$(crankcase submit --ttl 24h --retry 2 long.py) && crankcase logs --follow "$id"
  crankcase submit --each --wait solutions/*.cpp
  crankcase submit --cases tests/ --wait solution.cpp
  crankcase submit --callback https://example.org/done --callback-secret-file ./secret --json job.sh
  crankcase submit --idempotency-key build-42 --priority 10 build.sh`;

/** Adds `submit`. */
export function addSubmit(program: Command, context: CliContext, finish: (exitCode: number) => void): void {
  const command = program
    .command("submit")
    .description("leave a job to the server, and do not wait for it")
    .usage("[options] [LANGUAGE[@RANGE]] FILE [ARGS...]")
    .argument("<operands...>")
    .passThroughOptions()
    .option("-w, --wait", "wait for its end, and show what it writes")
    .option("--each", "every operand is a file, and a job of its own")
    .option(
      "--priority <number>",
      "-100 to 100; of your jobs the highest runs first",
      wholeNumber("--priority", -100, 100),
    )
    .option("--ttl <time>", "how long the result is kept", toSeconds)
    .option(
      "--retry <times>",
      "how often it may run again where a crash interrupted it",
      wholeNumber("--retry", 0, 10),
    )
    .option("--idempotency-key <key>", "a second one with the same key is the same job")
    .option("--callback <url>", "where its end is told")
    .option("--callback-secret-file <file>", "file that holds what the callback is signed with")
    .option("-l, --version <range>", "semver range of the language's version")
    .option("-f, --file <path[=name]>", "one more file or folder; may be repeated", listed)
    .option("--stdin <file>", "what the program reads, instead of piped input")
    .option(
      "-e, --env <name[=value]>",
      "a variable of the program's; may be repeated",
      variables(context.env),
    )
    .option("-r, --timeout <time>", "how long the program may take", toMilliseconds)
    .option("-c, --compile-timeout <time>", "how long the compiler may take", toMilliseconds)
    .option("--cpu-time <time>", "CPU time that the program may take", toMilliseconds)
    .option("--memory <size>", "memory that the program may take", toBytes)
    .option(
      "--artifacts <pattern>",
      "keep files that the program wrote, in the result; may be repeated",
      listed,
    );
  addJudging(command, "-d, --cases <folder>", "judge it by the cases of a folder; may be repeated")
    .option("--json", "print the job's state as JSON")
    .option("-u, --url <url>", "the server (default: CRANKCASE_URL, else this machine's service)")
    .option("--key-file <file>", "file that holds the API key (default: CRANKCASE_KEY)")
    .addHelpText("after", HELP)
    .action(async (operands: string[], flags: Partial<SubmitOptions>) => {
      const { submit } = await import("./queued/submit.ts");
      finish(await whileRead(context, () => submit(operands, optionsOf(flags), context)));
    });
}

function optionsOf(flags: Partial<SubmitOptions>): SubmitOptions {
  const { file = [], env = {}, artifacts = [] } = flags;
  return { ...flags, ...judgeOptionsOf(flags), file, env, artifacts };
}
