import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { execa } from "execa";
import { dir } from "tmp-promise";
import { CRANKCASE, type Serving, startServing } from "./serving.ts";

/** One call of the command. */
export interface Given {
  readonly args: readonly string[];
  readonly input?: string | Buffer;
  readonly env?: Readonly<Record<string, string>>;
}

/** A server, a folder, and the command called in it. */
export interface Running extends AsyncDisposable {
  readonly serving: Serving;
  readonly folder: string;
  /** Writes a file into the folder, and gives its name back. */
  file(name: string, content: string): Promise<string>;
  /** Starts the command; its output comes as text. */
  start(given: Given): ReturnType<typeof started>;
}

/** Starts a server with these keys set, and a folder beside it. */
export async function startRunning(settings: Readonly<Record<string, unknown>> = {}): Promise<Running> {
  await using acquired = new AsyncDisposableStack();
  const folder = await dir({ unsafeCleanup: true });
  acquired.defer(() => folder.cleanup());
  const serving = acquired.use(await startServing(settings));
  const owned = acquired.move();
  return {
    serving,
    folder: folder.path,
    async file(name, content) {
      await mkdir(dirname(join(folder.path, name)), { recursive: true });
      await writeFile(join(folder.path, name), content);
      return name;
    },
    start: (given) => started(given, folder.path, serving.url),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

function started({ args, input = "", env = {} }: Given, folder: string, url: string) {
  return execa(CRANKCASE, args, {
    env: { PATH: process.env.PATH, CRANKCASE_URL: url, ...env },
    extendEnv: false,
    cwd: folder,
    input,
    reject: false,
  });
}
