import { execa } from "execa";
import { CRANKCASE } from "../cli/serving.ts";
import { DAEMON_UID, type KeyedServing } from "../privileges/keyed-serving.ts";
import { until } from "../support/until.ts";
import { native } from "./native.ts";

/** A key for running jobs, which the server knows once this resolves. */
export async function newRunKey(keyed: KeyedServing, name: string, ...options: string[]): Promise<string> {
  const env = {
    PATH: process.env.PATH,
    CRANKCASE_KEYS_FILE: keyed.keysFile,
    CRANKCASE_USER: String(DAEMON_UID),
  };
  const { stdout } = await execa(CRANKCASE, ["keys", "create", name, "--scope", "run", ...options], { env });
  const isKnown = async () =>
    (await native(keyed.serving.url, "GET", "/jobs", { key: stdout })).status === 200;
  await until("the server knows the key", isKnown, 30_000);
  return stdout;
}
