import { chmod } from "node:fs/promises";
import { createServer } from "node:net";
import { execa } from "execa";
import { dir } from "tmp-promise";
import { until } from "./until.ts";

/** A Redis of the test's own, which by default writes down what it is told before it answers. Disposal ends it. */
export interface RedisServer extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
  /** Where it writes; gone after disposal. */
  readonly folder: string;
  /** Ends it like a machine that loses its power, or with SIGTERM; resolves when it is gone. */
  stop(signal?: "SIGKILL" | "SIGTERM"): Promise<void>;
  /** Starts it again over what it has written. */
  start(): Promise<void>;
  /** What redis-cli(1) answers to a command. */
  ask(...command: readonly string[]): Promise<string>;
}

/** Starts one on a free port of 127.0.0.1, with a folder of its own; `fsync` is when it waits for its disk (redis.conf, appendfsync). */
export async function startRedis(fsync: "always" | "everysec" = "always"): Promise<RedisServer> {
  const folder = await dir({ prefix: "crankcase-redis", unsafeCleanup: true });
  // Tests put files beside it that daemons read.
  await chmod(folder.path, 0o755);
  const port = await freePort();
  let running: ReturnType<typeof serve> | undefined;
  const ask = async (...command: readonly string[]) => {
    const { stdout } = await execa("redis-cli", ["-p", String(port), ...command], { reject: false });
    return stdout;
  };
  const start = async () => {
    running = serve(folder.path, port, fsync);
    await until("redis-server answers", async () => (await ask("ping")) === "PONG", 20_000);
  };
  const stop = async (signal: "SIGKILL" | "SIGTERM" = "SIGKILL") => {
    running?.kill(signal);
    await running;
  };
  await start();
  return {
    ...{ url: `redis://127.0.0.1:${port}`, port, folder: folder.path, start, stop, ask },
    async [Symbol.asyncDispose]() {
      await stop();
      await folder.cleanup();
    },
  };
}

function serve(folder: string, port: number, fsync: string) {
  const options = [
    ...["--port", String(port), "--bind", "127.0.0.1", "--dir", folder],
    ...["--appendonly", "yes", "--appendfsync", fsync, "--save", ""],
  ];
  return execa("redis-server", options, { reject: false, stdio: "ignore" });
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === "string") throw new Error("no port was given");
  return address.port;
}
