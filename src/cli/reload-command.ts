import type { Command } from "commander";
import type { CliContext } from "./context.ts";
import type { ReloadOptions } from "./reload.ts";

const RELOAD_HELP = `
What may change while the server runs counts at once: limits, limit_overrides, rates, allowed_origins, allowed_hosts, log_level,
and definitions of languages. The rest is named, and takes a restart. What is refused leaves everything as it was.

Examples:
  sudo crankcase reload
  CRANKCASE_KEY=... crankcase reload --url http://192.0.2.1:2000 --json`;

/** Adds `reload` to the commands. */
export function addReload(program: Command, context: CliContext, finish: (exitCode: number) => void): void {
  program
    .command("reload")
    .description("have the server read its configuration and definitions again")
    .option("--url <url>", "the server (default: CRANKCASE_URL, else this machine's service)")
    .option("--json", "print one JSON object")
    .addHelpText("after", RELOAD_HELP)
    .action(async (options: ReloadOptions) => {
      const { reload } = await import("./reload.ts");
      finish(await reload(options, context));
    });
}
