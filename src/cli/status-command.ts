import type { Command } from "commander";
import type { CliContext } from "./context.ts";
import type { StatusOptions } from "./status.ts";

const STATUS_HELP = `
The server is this machine's service unless --url or CRANKCASE_URL names another. Where keys are required it takes an admin's:
CRANKCASE_KEY, or as root the one that install.sh made. The exit code is 0 when the server serves, 1 when it does not.

Examples:
  sudo crankcase status
  crankcase status --url http://192.0.2.1:2000 --json`;

/** Adds `status` to the commands. */
export function addStatus(program: Command, context: CliContext, finish: (exitCode: number) => void): void {
  program
    .command("status")
    .description("tell how the server is doing: service, slots, languages, packages, warnings")
    .option("--url <url>", "the server (default: CRANKCASE_URL, else this machine's service)")
    .option("--json", "print one JSON object")
    .addHelpText("after", STATUS_HELP)
    .action(async (options: StatusOptions) => {
      const { status } = await import("./status.ts");
      finish(await status(options, context));
    });
}
