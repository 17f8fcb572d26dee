import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openSharedStore } from "../../src/cluster/shared-store.ts";
import { startRedis } from "../support/redis-server.ts";

test("the store's password comes from a file, and stands in no error", async () => {
  await using redis = await startRedis();
  await redis.ask("config", "set", "requirepass", "right-one");
  const storePasswordFile = join(redis.folder, "password");
  await writeFile(storePasswordFile, "right-one\n");
  const warnings: string[] = [];
  const warn = (text: string) => void warnings.push(text);
  await using store = await openSharedStore({ store: redis.url, storePasswordFile }, warn);
  expect(await store.ask((client) => client.ping())).toBe("PONG");
  const wrong = { store: redis.url.replace("//", "//:wrong-one@") };
  const refused = openSharedStore(wrong, warn);
  await expect(refused).rejects.toMatchObject({ code: "start_failed" });
  await expect(refused).rejects.not.toThrow(/wrong-one/);
  expect(warnings.join("\n")).not.toContain("wrong-one");
  const missing = openSharedStore({ store: redis.url, storePasswordFile: "/nowhere/password" }, warn);
  await expect(missing).rejects.toThrow(/store_password_file \/nowhere\/password cannot be read/);
});
