import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { CommanderError } from "commander";
import { toCrankcaseError } from "../errors/crankcase-error.ts";
import { errorTable } from "../errors/error-table.ts";
import type { CliContext } from "./context.ts";
import { OWN_FAILURE, signalExitCode, USAGE } from "./exit-codes.ts";
import { buildProgram } from "./program.ts";
import { noteUnreadOutput } from "./unread-output.ts";

const projectDir = resolve(import.meta.dirname, "../..");

/** Our own words on stderr: what failed, and what to do about it. */
function explain(thrown: unknown): void {
  const error = toCrankcaseError(thrown);
  const text = error.code === "internal" ? String((thrown as Error)?.stack ?? thrown) : error.message;
  process.stderr.write(`crankcase: ${text}\n`);
  if (error.code !== "internal") process.stderr.write(`hint: ${errorTable[error.code].hint}\n`);
}

function exitCodeOf(thrown: unknown, stop: AbortSignal): number {
  if (thrown instanceof CommanderError) return thrown.exitCode === 0 ? 0 : USAGE;
  if (stop.aborted) return signalExitCode(String(stop.reason));
  explain(thrown);
  return OWN_FAILURE;
}

/** What install.sh wrote into the copy that it made; null in a plain checkout. */
function releaseOf(folder: string): string | null {
  const file = join(folder, "RELEASE");
  return existsSync(file) ? readFileSync(file, "utf8").trim() : null;
}

/** Signals that end us in order, and leave the terminal as it was. A server hears SIGHUP in its own way. */
function stopSignals(command: string | undefined): NodeJS.Signals[] {
  return command === "serve" ? ["SIGTERM", "SIGINT"] : ["SIGTERM", "SIGINT", "SIGHUP", "SIGQUIT"];
}

async function main(): Promise<void> {
  // A server's log may be read by nobody, and it ends as it would.
  if (process.argv[2] !== "serve") noteUnreadOutput(process);
  const stop = new AbortController();
  for (const signal of stopSignals(process.argv[2])) process.once(signal, () => stop.abort(signal));
  const context: CliContext = {
    env: process.env,
    uid: process.geteuid?.() ?? -1,
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    stop: stop.signal,
    onHangUp(listener) {
      if (!process.stdin.isTTY) process.on("SIGHUP", listener);
    },
    projectDir,
    version: JSON.parse(readFileSync(join(projectDir, "package.json"), "utf8")).version,
    release: releaseOf(projectDir),
    commandLine: [process.execPath, ...process.execArgv, ...process.argv.slice(1)],
  };
  try {
    const program = buildProgram(context, (exitCode) => {
      process.exitCode = exitCode;
    });
    await program.parseAsync(process.argv);
  } catch (thrown) {
    process.exitCode = exitCodeOf(thrown, stop.signal);
  }
}

await main();
