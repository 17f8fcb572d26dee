import { readFile, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { execa } from "execa";
import { dir } from "tmp-promise";
import { expect, test } from "vitest";
import { sendCallback } from "../../src/callbacks/send-callback.ts";
import { PROJECT_DIR } from "../support/test-data.ts";
import { until } from "../support/until.ts";

const page = await readFile(join(PROJECT_DIR, "docs/callbacks.md"), "utf8");

/** The page's program in a language. */
function example(language: string): string {
  return new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\``, "ms").exec(page)?.[1] ?? "";
}

/** A port that nobody has, of the moment. */
async function freePort(): Promise<number> {
  const { promise, resolve } = Promise.withResolvers<number>();
  const server = createServer().listen(0, "127.0.0.1", () => {
    const address = server.address();
    const port = typeof address === "object" ? (address?.port ?? 0) : 0;
    server.close(() => resolve(port));
  });
  return await promise;
}

test.each([
  ["python", "receiver.py", "python3", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],
  ["python", "receiver.py", "python3", "a secret of words, ä"],
  ["js", "receiver.mjs", process.execPath, "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],
  ["js", "receiver.mjs", process.execPath, "a secret of words, ä"],
])(
  "the page's receiver in %s takes what is signed with its secret, and nothing else (%s, %s, %s)",
  async (language, file, program, secret) => {
    const folder = await dir({ prefix: "crankcase-test", unsafeCleanup: true });
    await using _folder = { [Symbol.asyncDispose]: () => folder.cleanup() };
    await writeFile(join(folder.path, file), example(language));
    const port = await freePort();
    const env = { SECRET: secret, PORT: String(port), PYTHONIOENCODING: "utf8", PYTHONUTF8: "1" };
    const running = execa(program, [join(folder.path, file)], { env, reject: false });
    await using _running = {
      [Symbol.asyncDispose]: async () => {
        running.kill("SIGKILL");
        await running;
      },
    };
    let said = "";
    running.stdout.on("data", (chunk) => {
      said += String(chunk);
    });
    const body = '{"id":"job-1","state":"done"}';
    const send = (signed: string) =>
      sendCallback(
        { id: "job-1", url: `http://127.0.0.1:${port}/`, secret: signed, body },
        { allowPrivate: true },
      );
    await until("it serves", async () => (await send("another secret, not its own")).status === 403);
    expect(await send(secret)).toMatchObject({ ok: true, status: 204 });
    await until("it says so", () => said === "job-1 done\n");
  },
);
