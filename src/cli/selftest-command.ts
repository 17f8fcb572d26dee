import type { Command } from "commander";
import type { CliContext } from "./context.ts";
import type { SelftestOptions } from "./selftest.ts";

const HELP = `
Attacks this machine's server as hostile jobs would, with programs that want out of their jails, and looks at what becomes of
them, of an honest job beside them, of this machine and of the server. It takes less than a minute and may run while the
server is in use; the programs give up by themselves where nothing holds them. docs/attacks.md lists them all. The exit
code is 0 when all that was tried has held, 1 when something broke or nothing could be tried.

Examples:
  sudo crankcase selftest
  sudo crankcase selftest --all
  sudo crankcase selftest --only fork-bomb,host-ports
  sudo crankcase selftest --json | jq '.attacks[] | select(.outcome == "broken")'`;

/** Adds \`crankcase selftest\`. */
export function addSelftest(program: Command, context: CliContext, finish: (exitCode: number) => void): void {
  program
    .command("selftest")
    .description("attack this machine's server, and tell whether it holds")
    .option("--all", "every attack, not only those chosen for machines in use; takes some minutes")
    .option("--only <names>", "these attacks, separated by commas", (text) => text.split(","))
    .option("--url <url>", "a server on this machine (default: CRANKCASE_URL, else its service)")
    .option("--json", "print one JSON object")
    .addHelpText("after", HELP)
    .action(async (options: SelftestOptions) => {
      const { selftest } = await import("./selftest.ts");
      finish(await selftest(options, context));
    });
}
