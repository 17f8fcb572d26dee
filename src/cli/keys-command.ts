import { type Command, InvalidArgumentError } from "commander";
import { type Scope, scopes } from "../access/scope.ts";
import type { CliContext } from "./context.ts";
import type { KeysCreateOptions } from "./keys-create.ts";

const CREATE_HELP = `
Scopes: run (run jobs, read what can be run; the default), packages (what is installed), admin (all of it).
The key is printed once, alone on stdout; its hash goes to keys_file. It opens the server after a restart.

Examples:
  sudo crankcase keys create my-website
  sudo crankcase keys create boss --scope admin
  sudo crankcase keys create boss --scope admin --replace
  sudo crankcase keys create ci --scope run --scope packages --json`;

/** Adds `keys create` to the commands. */
export function addKeys(program: Command, context: CliContext, finish: (exitCode: number) => void): void {
  const keys = program.command("keys").description("API keys of this machine's server");
  keys
    .command("create")
    .description("make an API key")
    .argument("<name>", "what to call it")
    .option("--scope <scope>", `what it may be used for: ${scopes.join(", ")}; may be repeated`, collectScope)
    .option("--replace", "take the place of a key of the same name, which then opens nothing any more")
    .option("--config <file>", "YAML file (default: /etc/crankcase/config.yaml, or CRANKCASE_CONFIG)")
    .option("--json", "print one JSON object")
    .addHelpText("after", CREATE_HELP)
    .action(async (name: string, options: KeysCreateOptions) => {
      // Loaded here alone: checking a configuration takes libraries that other commands do without.
      const { keysCreate } = await import("./keys-create.ts");
      finish(await keysCreate(name, options, context));
    });
}

function collectScope(text: string, previous: readonly Scope[] = []): readonly Scope[] {
  const scope = scopes.find((known) => known === text);
  if (scope === undefined) throw new InvalidArgumentError(`Known are: ${scopes.join(", ")}.`);
  return [...previous, scope];
}
