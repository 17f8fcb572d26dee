import { type Command, InvalidArgumentError } from "commander";
import { type CheckId, checkIds } from "../doctor/check-ids.ts";
import type { CliContext } from "./context.ts";
import type { DoctorOptions } from "./doctor.ts";

const HELP = `
Looks at everything that Crankcase needs of this machine, and changes nothing. What is not in order is told with why it
matters and the command that mends it. As another user than root some checks are skipped. docs/doctor.md lists them all.
The exit code is 0 when nothing failed (warnings are allowed), 1 when something did.

Checks: ${checkIds.join(", ")}

Examples:
  sudo crankcase doctor
  sudo crankcase doctor --only cgroups,overlay
  sudo crankcase doctor --skip runtimes,mirrors --json`;

/** Adds `crankcase doctor`. */
export function addDoctor(program: Command, context: CliContext, finish: (exitCode: number) => void): void {
  program
    .command("doctor")
    .description("check this machine and the installation")
    .option("--only <ids>", "run only these checks, separated by commas", knownIds)
    .option("--skip <ids>", "run all but these", knownIds)
    .option("--config <file>", "YAML file (default: /etc/crankcase/config.yaml, or CRANKCASE_CONFIG)")
    .option("--url <url>", "the server (default: CRANKCASE_URL, else this machine's service)", serverUrl)
    .option("--json", "print one JSON object")
    .addHelpText("after", HELP)
    .action(async (options: DoctorOptions) => {
      const { doctor } = await import("./doctor.ts");
      finish(await doctor(options, context));
    });
}

function knownIds(text: string): CheckId[] {
  return text.split(",").map((part) => {
    const id = checkIds.find((known) => known === part.trim());
    if (id !== undefined) return id;
    throw new InvalidArgumentError(`There is no check "${part}"; crankcase doctor --help lists them.`);
  });
}

function serverUrl(text: string): string {
  if (/^https?:$/.test(URL.parse(text)?.protocol ?? "")) return text;
  throw new InvalidArgumentError(`It wants http://HOST:PORT, not ${text}.`);
}
