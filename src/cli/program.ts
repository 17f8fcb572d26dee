import { Command } from "commander";
import { CrankcaseError } from "../errors/crankcase-error.ts";
import { addCompletion } from "./completion-command.ts";
import type { CliContext } from "./context.ts";
import { addDoctor } from "./doctor-command.ts";
import { addImportPiston } from "./import-piston-command.ts";
import { addJobs } from "./jobs-commands.ts";
import { addKeys } from "./keys-command.ts";
import { addPackages } from "./packages-command.ts";
import { addReload } from "./reload-command.ts";
import { addRun } from "./run-command.ts";
import { addRuntimes } from "./runtimes-command.ts";
import { addSelftest } from "./selftest-command.ts";
import type { ServeOptions } from "./serve.ts";
import { addStatus } from "./status-command.ts";
import { addSubmit } from "./submit-command.ts";
import { addTest } from "./test-command.ts";
import { addWorkflow } from "./workflow-commands.ts";

const HELP = `
Exit codes: 0 when all went well; 1 when what was looked at or for is not so; 2 for a wrong command line; 125 when Crankcase
failed; 128+n when signal n ended it. \`run\` has the program's own besides.

Environment: CRANKCASE_URL names the server to call, CRANKCASE_KEY holds the API key to send it.

Examples:
  crankcase run hello.py
  crankcase test solution.cpp tests/
  crankcase submit long.py
  crankcase runtimes
  sudo crankcase status
  crankcase run --help`;

const SERVE_HELP = `
As root it starts the jailer and, as the user \`crankcase\`, the daemon, and keeps both alive. Otherwise it starts the daemon
alone, beside a jailer that runs already. With --role api it runs no jobs, and needs no jailer (docs/scaling.md).
docs/configuration.md lists every key.

Examples:
  sudo crankcase serve
  sudo crankcase serve --bind 0.0.0.0 --port 2000
  crankcase serve --role api --set store=redis://store.internal
  sudo crankcase serve --config ./config.yaml --set limits.run.default.wall_time_ms=5000`;

/**
 * Builds the commands; each tells its exit code through \`finish\`. Here they are only described: what a command needs to do
 * its work is imported by its action, so that none waits for another one's libraries.
 */
export function buildProgram(context: CliContext, finish: (exitCode: number) => void): Command {
  const program = new Command("crankcase")
    .description("Runs untrusted source code in many languages, each job in a jail of its own.")
    .version(context.version)
    .enablePositionalOptions()
    .showHelpAfterError("Try: crankcase --help")
    .addHelpText("after", HELP);
  // Before there are commands: they and theirs inherit it.
  program.exitOverride();
  program.configureOutput({
    writeOut: (text) => context.stdout.write(text),
    writeErr: (text) => context.stderr.write(text),
  });
  addServe(program, context, finish);
  addRun(program, context, finish);
  addTest(program, context, finish);
  addSubmit(program, context, finish);
  addJobs(program, context, finish);
  addWorkflow(program, context, finish);
  addRuntimes(program, context, finish);
  addStatus(program, context, finish);
  addReload(program, context, finish);
  addDoctor(program, context, finish);
  addSelftest(program, context, finish);
  addKeys(program, context, finish);
  addPackages(program, context, finish);
  addImportPiston(program, context, finish);
  addCompletion(program, context, finish);
  return program;
}

function addServe(program: Command, context: CliContext, finish: (exitCode: number) => void): void {
  program
    .command("serve")
    .description("start the server")
    .option("--config <file>", "YAML file (default: /etc/crankcase/config.yaml, or CRANKCASE_CONFIG)")
    .option("--bind <address>", "address to listen on")
    .option("--port <number>", "TCP port; 0 takes a free one")
    .option("--instance <id>", "id of this installation")
    .option("--role <role>", "all, or where `store` is shared api or worker")
    .option("--listen-fd <number>", "serve a listening socket that was passed in, instead of binding", toFd)
    .option("--set <key=value...>", "any other key of the configuration", collect, {})
    .addHelpText("after", SERVE_HELP)
    .action(async (flags: ServeFlags) => {
      const { serve } = await import("./serve.ts");
      finish(await serve(serveOptions(flags), context));
    });
}

interface ServeFlags {
  readonly config?: string;
  readonly bind?: string;
  readonly port?: string;
  readonly instance?: string;
  readonly role?: string;
  readonly listenFd?: number;
  readonly set: Readonly<Record<string, string>>;
}

function serveOptions({ config, bind, port, instance, role, listenFd, set }: ServeFlags): ServeOptions {
  return {
    file: config,
    listenFd,
    flags: {
      ...set,
      bind_address: bind ?? set.bind_address,
      port: port ?? set.port,
      instance: instance ?? set.instance,
      role: role ?? set.role,
    },
  };
}

/** Node passes none of higher number on to a child by accident, and systemd starts to count at 3. */
function toFd(text: string): number {
  if (!/^([3-9]|1[0-5])$/.test(text)) {
    throw new CrankcaseError("invalid_command", `--listen-fd wants a descriptor from 3 to 15, not ${text}`);
  }
  return Number(text);
}

function collect(text: string, previous: Readonly<Record<string, string>>): Record<string, string> {
  const [key = "", ...value] = text.split("=");
  if (value.length === 0) throw new CrankcaseError("invalid_command", `--set wants KEY=VALUE, not ${text}`);
  return { ...previous, [key]: value.join("=") };
}
