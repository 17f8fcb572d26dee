import { type Command, Option } from "commander";
import { workflowStates } from "../api/workflow-states.ts";
import type { CliContext } from "./context.ts";
import { wholeNumber } from "./job/quantities.ts";
import { whileRead } from "./job/while-read.ts";
import type { ServerOptions } from "./queued/open-jobs-api.ts";
import { addServer } from "./server-option.ts";
import type { ListWorkflowsOptions } from "./workflows/list-workflows.ts";
import type { RunWorkflowOptions } from "./workflows/run-workflow.ts";
import type { ShowWorkflowOptions } from "./workflows/show-workflow.ts";

const HELP = `
A workflow is steps, each a job, that take texts, files and values from one another; docs/workflows.md tells how it is written.

Examples:
  crankcase workflow run build.yaml
  crankcase workflow list --state running`;

const RUN_HELP = `
FILE is YAML or JSON. A file of a step may have \`path\` in the place of \`content\`, and its stdin may be \`path: FILE\`: they are read
from beside FILE. The steps are shown on stderr as they go on, on a terminal as a tree. Ctrl-C leaves the workflow to the server.

Exit codes: 0 where it succeeded, 1 where it failed or was cancelled, 125 when Crankcase failed.

Examples:
  crankcase workflow run build.yaml
  crankcase workflow run --print total squares.yaml
  id=$(crankcase workflow run --no-wait build.yaml) && crankcase workflow show --follow "$id"`;

const SHOW_HELP = `
Exit codes: 0; with --follow 1 where it failed or was cancelled; 125 where it is not known.

Examples:
  crankcase workflow show ID
  crankcase workflow show --follow ID
  crankcase workflow show --print total ID`;

const CANCEL_HELP = `
Jobs that wait are not run, jobs that run are killed. Exit codes: 0; 1 where it was over already; 125 where it is not known.

Example:
  crankcase workflow cancel ID`;

const LIST_HELP = `
Yours, the newest first.

Examples:
  crankcase workflow list
  crankcase workflow list --state failed --limit 10 --json`;

type Finish = (exitCode: number) => void;

/** Adds `workflow` and its commands. */
export function addWorkflow(program: Command, context: CliContext, finish: Finish): void {
  const workflow = program
    .command("workflow")
    .description("sequences of jobs: run, show, cancel, list")
    .addHelpText("after", HELP);
  addRun(workflow, context, finish);
  addShow(workflow, context, finish);
  addServer(workflow.command("cancel <id>").description("end a workflow").option("--json", "print JSON"))
    .addHelpText("after", CANCEL_HELP)
    .action(async (id: string, options: ServerOptions & { readonly json?: boolean }) => {
      const { cancelWorkflow } = await import("./workflows/cancel-workflow.ts");
      finish(await cancelWorkflow(id, options, context));
    });
  const listing = workflow
    .command("list")
    .description("tell where workflows stand")
    .addOption(new Option("--state <state>", "only workflows in this state").choices(workflowStates))
    .option(
      "-n, --limit <number>",
      "how many to list (default: the server's)",
      wholeNumber("--limit", 1, 1_000),
    );
  addServer(listing.option("--json", "print JSON"))
    .addHelpText("after", LIST_HELP)
    .action(async (options: ListWorkflowsOptions) => {
      const { listWorkflows } = await import("./workflows/list-workflows.ts");
      finish(await whileRead(context, () => listWorkflows(options, context)));
    });
}

function addRun(workflow: Command, context: CliContext, finish: Finish): void {
  const running = workflow
    .command("run <file>")
    .description("submit a workflow, and show how it goes on")
    .option("-p, --print <step>", "print what this step wrote to stdout, at the end")
    .option("--no-wait", "print its id, and do not wait")
    .option("--cancel-on-interrupt", "Ctrl-C ends the workflow, too")
    .option("--json", "print where it stands in the end, as JSON");
  addServer(running)
    .addHelpText("after", RUN_HELP)
    .action(async (file: string, options: RunWorkflowOptions) => {
      const { runWorkflow } = await import("./workflows/run-workflow.ts");
      finish(await whileRead(context, () => runWorkflow(file, options, context)));
    });
}

function addShow(workflow: Command, context: CliContext, finish: Finish): void {
  const showing = workflow
    .command("show <id>")
    .description("tell where a workflow stands, step by step")
    .option("-f, --follow", "show it until it is over")
    .option("-p, --print <step>", "print what this step wrote to stdout")
    .option("--json", "print JSON");
  addServer(showing)
    .addHelpText("after", SHOW_HELP)
    .action(async (id: string, options: ShowWorkflowOptions) => {
      const { showWorkflow } = await import("./workflows/show-workflow.ts");
      finish(await whileRead(context, () => showWorkflow(id, options, context)));
    });
}
