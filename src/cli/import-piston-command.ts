import type { Command } from "commander";
import type { CliContext } from "./context.ts";
import type { ImportOptions } from "./import-piston.ts";

const HELP = `
FILE is an environment file (NAME=value lines) or a compose file. The configuration goes to stdout, everything that is
to be said about it to stderr; nothing is changed without --write.

Examples:
  crankcase import-piston docker-compose.yaml
  crankcase import-piston piston.env > config.yaml
  sudo crankcase import-piston docker-compose.yaml --service api --write`;

/** Adds \`crankcase import-piston\`. */
export function addImportPiston(
  program: Command,
  context: CliContext,
  finish: (exitCode: number) => void,
): void {
  program
    .command("import-piston")
    .description("turn Piston's settings into a configuration")
    .argument("<file>", "environment file or compose file")
    .option("--service <name>", "service of a compose file; default: the one that looks like Piston's")
    .option("--json", "print the configuration and all that is said about it as JSON")
    .option("--write [config]", "make this file (default: /etc/crankcase/config.yaml); never replaces one")
    .addHelpText("after", HELP)
    .action(async (file: string, options: ImportOptions) => {
      const { importPiston } = await import("./import-piston.ts");
      finish(await importPiston(file, options, context));
    });
}
