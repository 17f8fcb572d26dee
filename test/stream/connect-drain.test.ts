import { chmod, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { dir } from "tmp-promise";
import { expect, test } from "vitest";
import { newKey } from "../../src/access/new-key.ts";
import { startServing } from "../cli/serving.ts";
import { connecting, initialized } from "./connecting.ts";

const LONG = {
  run: { default: { wall_time_ms: 20_000 }, maximum: { wall_time_ms: 20_000 } },
};

const bash = (content: string) => ({ language: "bash", files: [{ content }] });

test("a server that stops lets jobs over WebSockets end within its grace, and tells the others", async () => {
  await using serving = await startServing({ shutdown_grace_ms: 3_000, limits: LONG });
  using short = await initialized(serving.url, bash("echo ready; sleep 1; echo ended"));
  using long = await initialized(serving.url, bash("echo ready; sleep 30"));
  await Promise.all([short.says("ready"), long.says("ready")]);
  process.kill(serving.pid, "SIGTERM");
  expect(await short.closed).toEqual([4999, "Job Completed"]);
  expect(short.text()).toBe("ready\nended\n");
  expect(await long.closed).toEqual([4002, "Notified Error"]);
  expect(long.messages.at(-1)).toEqual({ type: "error", message: expect.stringMatching(/stopping/) });
  expect(await serving.exit).toBe(0);
});

test("a client that keeps its end open does not hold up the server's end", async () => {
  await using serving = await startServing({ shutdown_grace_ms: 500, limits: LONG });
  using client = await initialized(serving.url, bash("echo ready; sleep 30"));
  await client.says("ready");
  client.socket.pause();
  const start = performance.now();
  process.kill(serving.pid, "SIGTERM");
  expect(await serving.exit).toBe(0);
  expect(performance.now() - start).toBeLessThan(15_000);
});

test("the operator's socket speaks WebSocket too, and takes no key for it", async () => {
  await using acquired = new AsyncDisposableStack();
  const folder = await dir({ unsafeCleanup: true });
  acquired.defer(folder.cleanup);
  await chmod(folder.path, 0o755);
  const keysFile = join(folder.path, "keys.json");
  await writeFile(keysFile, JSON.stringify([newKey("boss", ["admin"], new Date()).entry]));
  await using serving = await startServing({ require_key: true, keys_file: keysFile });
  const socketPath = join(serving.place.runDir, "daemon/operator.sock");
  using client = await connecting(`http+unix:${socketPath}:`);
  client.send({ type: "init", version: "*", ...bash("read -r line; echo got $line") });
  client.send({ type: "data", stream: "stdin", data: "it\n" });
  expect(await client.closed).toEqual([4999, "Job Completed"]);
  expect(client.text()).toBe("got it\n");
});
