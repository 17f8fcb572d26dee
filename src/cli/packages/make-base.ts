import { access } from "node:fs/promises";
import { join } from "node:path";
import { loadConfig } from "../../config/load-config.ts";
import { CrankcaseError } from "../../errors/crankcase-error.ts";
import { archiveCache } from "../../packages/archive-cache.ts";
import { buildBase } from "../../packages/build-base.ts";
import { debianArchitecture } from "../../packages/debian-architecture.ts";
import { loadSuites, requireSuite } from "../../packages/suite-definition.ts";
import type { CliContext } from "../context.ts";
import { installedVariables } from "../installed-variables.ts";
import { progressView } from "./progress-bar.ts";

/**
 * `crankcase packages base SUITE`: makes the base on which the packages of a suite of Debian are built and run, unless it is
 * there. It takes root on the server's machine: Debian's own tools make it, in a whole root file system. Throws
 * `invalid_command` unless started as root, or what building a base rejects with.
 */
export async function makeBase(suite: string, context: CliContext): Promise<number> {
  if (context.uid !== 0) {
    throw new CrankcaseError(
      "invalid_command",
      `Only root may make a base: sudo crankcase packages base ${suite}`,
    );
  }
  const { projectDir, stop } = context;
  // The service's own variables count too: it must find the base where it looks.
  const env = { ...(await installedVariables()), ...context.env };
  const { config } = await loadConfig({ flags: {}, env, projectDir });
  const definition = requireSuite(await loadSuites(config.suitesDir), suite);
  using view = progressView(context);
  const step = `base ${suite}`;
  if (await exists(join(config.dataDir, "bases", suite, "manifest.json"))) {
    view.show({ step: `${step}: there already`, state: "done" });
    return 0;
  }
  view.show({ step, state: "started" });
  const start = performance.now();
  const { files } = await buildBase(definition, {
    dataDir: config.dataDir,
    architecture: debianArchitecture(process.arch),
    mirrors: null,
    archives: archiveCache(join(config.dataDir, "cache/archives")),
    signal: stop,
  });
  const seconds = (performance.now() - start) / 1000;
  view.show({ step, state: "done", seconds, note: `${files.length} archives` });
  return 0;
}

async function exists(path: string): Promise<boolean> {
  return await access(path).then(
    () => true,
    () => false,
  );
}
