import { type Command, InvalidArgumentError } from "commander";
import { type Scope, scopes } from "../access/scope.ts";
import type { CliContext } from "./context.ts";
import type { KeysCreateOptions } from "./keys-create.ts";
import type { KeysListOptions } from "./keys-list.ts";
import type { KeysOptions } from "./keys-place.ts";

const CREATE_HELP = `
Scopes: run (run jobs, read what can be run; the default), packages (what is installed), metrics, admin (all of it).
The key is printed once, alone on stdout; its hash goes to keys_file. A server that runs takes it up by itself.

Examples:
  sudo crankcase keys create my-website
  sudo crankcase keys create my-bot --rate 120 --concurrency 4 --daily 5000 --expires 2027-12-31
  sudo crankcase keys create boss --scope admin
  sudo crankcase keys create boss --scope admin --replace
  sudo crankcase keys create ci --scope run --scope packages --json`;

const CONFIG = [
  "--config <file>",
  "YAML file (default: /etc/crankcase/config.yaml, or CRANKCASE_CONFIG)",
] as const;

/** Adds `keys create`, `keys list` and `keys revoke` to the commands. */
export function addKeys(program: Command, context: CliContext, finish: (exitCode: number) => void): void {
  const keys = program
    .command("keys")
    .description("API keys of this machine's server")
    .addHelpText(
      "after",
      "\nExamples:\n  sudo crankcase keys create bot --scope run\n  sudo crankcase keys list",
    );
  addCreate(keys, context, finish);
  keys
    .command("list")
    .description("show the keys: names, scopes, limits, never the keys themselves")
    .option(...CONFIG)
    .option("--json", "print one JSON array")
    .addHelpText("after", "\nExamples:\n  sudo crankcase keys list\n  sudo crankcase keys list --json")
    .action(async (options: KeysListOptions) => {
      const { keysList } = await import("./keys-list.ts");
      finish(await keysList(options, context));
    });
  keys
    .command("revoke")
    .description("end a key: it opens nothing any more")
    .argument("<name>", "what it is called")
    .option(...CONFIG)
    .addHelpText("after", "\nExample:\n  sudo crankcase keys revoke bot")
    .action(async (name: string, options: KeysOptions) => {
      const { keysRevoke } = await import("./keys-revoke.ts");
      finish(await keysRevoke(name, options, context));
    });
}

function addCreate(keys: Command, context: CliContext, finish: (exitCode: number) => void): void {
  keys
    .command("create")
    .description("make an API key")
    .argument("<name>", "what to call it")
    .option("--scope <scope>", `what it may be used for: ${scopes.join(", ")}; may be repeated`, collectScope)
    .option("--rate <requests>", "requests a minute", positive)
    .option("--concurrency <requests>", "requests under way at one time", positive)
    .option("--daily <jobs>", "jobs a day, which begins at midnight, UTC", positive)
    .option("--expires <time>", "when it ends: 2027-12-31, or 2027-12-31T12:00:00Z", laterTime)
    .option("--replace", "take the place of a key of the same name, which then opens nothing any more")
    .option(...CONFIG)
    .option("--json", "print one JSON object")
    .addHelpText("after", CREATE_HELP)
    .action(async (name: string, options: KeysCreateOptions) => {
      const { keysCreate } = await import("./keys-create.ts");
      finish(await keysCreate(name, options, context));
    });
}

function collectScope(text: string, previous: readonly Scope[] = []): readonly Scope[] {
  const scope = scopes.find((known) => known === text);
  if (scope === undefined) throw new InvalidArgumentError(`Known are: ${scopes.join(", ")}.`);
  return [...previous, scope];
}

function positive(text: string): number {
  if (!/^[1-9]\d{0,14}$/.test(text)) throw new InvalidArgumentError("It must be a whole number above 0.");
  return Number(text);
}

/** A date is its first moment, UTC. */
function laterTime(text: string): string {
  const isForm = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d)?Z)?$/.test(text);
  const time = isForm ? Date.parse(text) : Number.NaN;
  if (!(time > Date.now())) {
    throw new InvalidArgumentError("It must be a time to come, such as 2027-12-31 or 2027-12-31T12:00:00Z.");
  }
  return new Date(time).toISOString();
}
