import { type Command, Option } from "commander";
import { jobStates } from "../api/job-states.ts";
import type { CliContext } from "./context.ts";
import { wholeNumber } from "./job/quantities.ts";
import { whileRead } from "./job/while-read.ts";
import type { JobsOptions } from "./queued/jobs.ts";
import type { LogsOptions } from "./queued/logs.ts";
import type { ServerOptions } from "./queued/open-jobs-api.ts";
import { addServer } from "./server-option.ts";

const JOBS_HELP = `
Without an ID your jobs are listed, newest first; with one all is told of it, with several a line of each. --watch shows it again
whenever it changes, until Ctrl-C or until the jobs named are over. Exit codes: 0, or 1 where an ID is not known.

Examples:
  crankcase jobs
  crankcase jobs --state queued --limit 100
  crankcase jobs --watch
  crankcase jobs ID --json | jq -r .[].result.run.stdout`;

const LOGS_HELP = `
What the program wrote to stdout and stderr goes there; what the compiler said goes to stderr; of a job with cases their rows are
shown. Of a running job it is what has been written so far; with --follow all that is still to come. Exit codes: 0, or 1 where the
job waits still or is not known; 125 where it could not be run.

Examples:
  crankcase logs ID
  crankcase logs --follow ID`;

const CANCEL_HELP = `
A job that waits does not run; one that runs is killed. One that is over stays as it is. Exit codes: 0; 1 where a job was over
already; 125 where it is not known.

Examples:
  crankcase cancel ID
  crankcase jobs --state queued --json | jq -r .[].id | xargs crankcase cancel`;

/** Adds `jobs`, `logs` and `cancel`. */
export function addJobs(program: Command, context: CliContext, finish: (exitCode: number) => void): void {
  const listing = program
    .command("jobs")
    .description("tell where submitted jobs stand")
    .argument("[ids...]")
    .addOption(new Option("--state <state>", "only jobs in this state").choices(jobStates))
    .option(
      "-n, --limit <number>",
      "how many to list (default: the server's)",
      wholeNumber("--limit", 1, 1_000),
    )
    .option("-w, --watch", "show it again whenever it changes");
  addServer(listing.option("--json", "print JSON"))
    .addHelpText("after", JOBS_HELP)
    .action(async (ids: string[], options: JobsOptions) => {
      const { jobs } = await import("./queued/jobs.ts");
      finish(await whileRead(context, () => jobs(ids, options, context)));
    });
  const printing = program
    .command("logs <id>")
    .description("print what a submitted job has written")
    .option("-f, --follow", "wait for it, and print all that is to come");
  addServer(printing)
    .addHelpText("after", LOGS_HELP)
    .action(async (id: string, options: LogsOptions) => {
      const { logs } = await import("./queued/logs.ts");
      finish(await whileRead(context, () => logs(id, options, context)));
    });
  addServer(
    program.command("cancel <ids...>").description("end submitted jobs").option("--json", "print JSON"),
  )
    .addHelpText("after", CANCEL_HELP)
    .action(async (ids: string[], options: ServerOptions & { readonly json?: boolean }) => {
      const { cancel } = await import("./queued/cancel.ts");
      finish(await cancel(ids, options, context));
    });
}
