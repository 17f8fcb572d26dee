import { randomUUID } from "node:crypto";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Serving, startServing } from "../cli/serving.ts";
import { KEEP_PORT } from "./keeping.ts";

/** The whole service, as it is installed where there is no systemd: its port outlives every process but the keeper. */
export function startKept(settings: Readonly<Record<string, unknown>> = {}): Promise<Serving> {
  const pidFile = join(tmpdir(), `crankcase-keeper-${randomUUID()}.pid`);
  const at = ["--pid-file", pidFile, "--address", "127.0.0.1", "--port", "0"];
  return startServing(settings, {}, { before: [KEEP_PORT, ...at, "--"], options: ["--listen-fd", "3"] });
}
