/**
 * Builds the base and packages on this machine: `node scripts/build-packages.ts --help`. It runs as root, since it starts a
 * jailer and makes folders that only root may write to; what talks to mirrors and registries runs as an unprivileged user.
 */
import { mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { CrankcaseError } from "../src/errors/crankcase-error.ts";
import { copyOutAllBaseFiles } from "../src/packages/base-files.ts";
import { debianArchitecture } from "../src/packages/debian-architecture.ts";
import { unprivilegedUser } from "../src/packages/unprivileged-user.ts";
import { buildAll } from "./build-packages/build-all.ts";
import { consoleProgress } from "./build-packages/console-progress.ts";
import { readOptions } from "./build-packages/options.ts";

const project = dirname(dirname(fileURLToPath(import.meta.url)));
const options = readOptions(process.argv, project);
const interruption = new AbortController();
for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  process.once(name, () => interruption.abort(new CrankcaseError("cancelled", `interrupted by ${name}`)));
}

try {
  if (process.getuid?.() !== 0) throw new CrankcaseError("start_failed", "run it as root");
  await mkdir(join(options.dataDir, "packages"), { recursive: true, mode: 0o755 });
  await copyOutAllBaseFiles(options.dataDir);
  await buildAll({
    ...options,
    project,
    architecture: debianArchitecture(process.arch),
    runAs: await unprivilegedUser(),
    progress: consoleProgress(),
    signal: interruption.signal,
  });
} catch (error) {
  console.error(
    error instanceof CrankcaseError
      ? `build-packages: ${[error.message, error.suggestion].filter(Boolean).join(". ")}`
      : error,
  );
  process.exitCode = 1;
}
