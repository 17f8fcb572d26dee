import type { Command } from "commander";
import type { ReloadReport } from "../api/reload-report.ts";
import { createApiClient } from "./api-client.ts";
import type { CliContext } from "./context.ts";
import { serverAddress } from "./server-address.ts";

const RELOAD_HELP = `
What may change while the server runs counts at once: limits, limit_overrides, rates, allowed_origins, allowed_hosts, log_level,
and definitions of languages. The rest is named, and takes a restart. What is refused leaves everything as it was.

Examples:
  sudo crankcase reload
  CRANKCASE_KEY=... crankcase reload --url http://192.0.2.1:2000 --json`;

/** Options of `crankcase reload`. */
interface ReloadOptions {
  readonly url?: string;
  readonly json?: boolean;
}

/** Adds `reload` to the commands. */
export function addReload(program: Command, context: CliContext, finish: (exitCode: number) => void): void {
  program
    .command("reload")
    .description("have the server read its configuration and definitions again")
    .option("--url <url>", "the server (default: CRANKCASE_URL, else this machine's service)")
    .option("--json", "print one JSON object")
    .addHelpText("after", RELOAD_HELP)
    .action(async ({ url, json }: ReloadOptions) => {
      const api = createApiClient(await serverAddress(url, context.env), context.stop);
      const report = await api.reload();
      context.stdout.write(json ? `${JSON.stringify(report)}\n` : reloadText(report));
      finish(0);
    });
}

function reloadText({ applied, restart, warnings }: ReloadReport): string {
  const rows = [
    ["changed", applied.join(", ") || "nothing"],
    ...(restart.length === 0 ? [] : [["restart", `needed for ${restart.join(", ")}`]]),
    ...warnings.map((text) => ["warning", text]),
  ];
  return rows.map(([name = "", value = ""]) => `${name.padEnd(10)}${value}\n`).join("");
}
