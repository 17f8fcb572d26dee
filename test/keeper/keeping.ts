import { get, type IncomingMessage } from "node:http";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { json } from "node:stream/consumers";
import { execa } from "execa";
import { dir } from "tmp-promise";
import { PROJECT_DIR } from "../support/test-data.ts";
import { until } from "../support/until.ts";

/** The keeper, with the checks of the sanitizers. */
export const KEEP_PORT = join(PROJECT_DIR, "keeper/build/keep-port-sanitized");

const ANSWER = join(import.meta.dirname, "programs/answer.mjs");

/** A keeper that runs. Disposal ends it with SIGTERM. */
export interface Keeping extends AsyncDisposable {
  readonly port: number;
  readonly pid: number;
  readonly pidFile: string;
  readonly log: readonly string[];
  /** Process id of the command that was started last. */
  child(): number;
  readonly exit: Promise<number | undefined>;
}

/** What differs from the usual: a free port, and no limit of time but the default. */
export interface KeepingOptions {
  readonly options?: readonly string[];
  /** A command line before the keeper's own, which ends in running it. */
  readonly starter?: readonly string[];
}

/** The command line of a program that answers with this word. */
export function answering(word: string): string[] {
  return [process.execPath, ANSWER, word];
}

/** Starts a keeper of this command; resolves when it listens. */
export async function startKeeping(
  command: readonly string[],
  { options = [], starter = [] }: KeepingOptions = {},
): Promise<Keeping> {
  const folder = await dir({ prefix: "crankcase-keeper", unsafeCleanup: true });
  const pidFile = join(folder.path, "keeper.pid");
  const own = [KEEP_PORT, "--pid-file", pidFile, "--address", "127.0.0.1", "--port", "0", ...options];
  const [file = "", ...args] = [...starter, ...own, "--", ...command];
  const running = execa(file, args, { reject: false, buffer: false, stdin: "ignore", all: true });
  const log: string[] = [];
  createInterface({ input: running.all }).on("line", (line) => log.push(line));
  const exit = running.then(({ exitCode }) => exitCode);
  const port = () => Number(/port (\d+)$/m.exec(log.join("\n"))?.[1] ?? 0);
  await until("it listens", () => port() > 0);
  return {
    port: port(),
    pid: Number(running.pid),
    pidFile,
    log,
    child: () =>
      Number(/ as process (\d+)$/.exec(log.findLast((line) => / as process/.test(line)) ?? "")?.[1]),
    exit,
    async [Symbol.asyncDispose]() {
      running.kill("SIGTERM");
      await exit;
      await folder.cleanup();
    },
  };
}

/** What the program behind the port answers, on a connection of its own. Rejects with the error of the connection. */
export function ask({ port }: { readonly port: number }): Promise<{ word: string; pid: number }> {
  return new Promise((resolve, reject) => {
    const onAnswer = (answer: IncomingMessage) =>
      json(answer).then((body) => resolve(body as { word: string; pid: number }), reject);
    get({ host: "127.0.0.1", port, agent: false }, onAnswer).on("error", reject);
  });
}
