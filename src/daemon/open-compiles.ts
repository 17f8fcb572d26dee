import { arch, cpus } from "node:os";
import { openCompileCache } from "../compiled/compile-cache.ts";
import type { Config } from "../config/config.ts";
import { CrankcaseError } from "../errors/crankcase-error.ts";
import type { CompileDeps } from "../jobs/job-context.ts";
import { compiledDir } from "../packages/state-folders.ts";
import { identifyCommandLines, recently } from "../runtimes/command-lines.ts";

/** What the cache of compiles depends on besides the configuration. */
export interface CompilesDeps {
  /** Crankcase's own version, and the installed release: another one may make other jails. */
  readonly version: string;
  readonly release: string | null;
  readonly warn: (text: string) => void;
}

/** Opens what does without equal compiles; null where it is turned off. Throws `start_failed` where its folder may not be used. */
export async function openCompiles(
  config: Pick<
    Config,
    "compileCache" | "compileCacheBytes" | "stateDir" | "executionersDir" | "definitionsDir"
  >,
  { version, release, warn }: CompilesDeps,
): Promise<CompileDeps | null> {
  if (!config.compileCache) return null;
  const folder = compiledDir(config.stateDir);
  const options = { folder, boundBytes: config.compileCacheBytes, warn };
  const cache = await openCompileCache(options).catch((cause: Error) => {
    const message = `${folder} cannot be used: ${cause.message}`;
    throw new CrankcaseError("start_failed", message, { cause });
  });
  // A folder may move to another machine with its disk.
  const host = JSON.stringify([version, release, arch(), cpus()[0]?.model]);
  const identify = identifyCommandLines(config);
  return { cache, identify, identifyRecently: recently(identify), host };
}
