import { type CrankcaseInstance, startCrankcase } from "../crankcase-instance.ts";
import type { Bench } from "../measuring/bench.ts";
import type { HttpServer } from "../ways/http-way.ts";
import { NATIVE_PATH } from "./line.ts";

/** A Crankcase that one line measures, and where its jobs go. */
export interface BenchServer {
  readonly instance: CrankcaseInstance;
  readonly native: HttpServer;
}

/** Interpreters are started when their job is there. */
export const COLD = { interpreters_ahead: false };

/** Starts one with these settings beside the defaults; `number` tells those of one line apart. */
export async function startServer(
  bench: Bench,
  acquired: AsyncDisposableStack,
  settings: Readonly<Record<string, unknown>> = {},
  number = 0,
): Promise<BenchServer> {
  const { folder, dataDir, release: project } = bench;
  const instance = acquired.use(await startCrankcase({ folder, dataDir, project, settings, number }));
  return { instance, native: { url: `http://127.0.0.1:${instance.port}`, path: NATIVE_PATH } };
}
