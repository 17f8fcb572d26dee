import { totalmem } from "node:os";
import { dirname, join } from "node:path";
import semver from "semver";
import { type ArtifactStore, openArtifactStore } from "../../src/artifacts/artifact-store.ts";
import { type Config, resolveConfig } from "../../src/config/config.ts";
import { createLog } from "../../src/daemon/log.ts";
import { definitionFault } from "../../src/doctor/definition-fault.ts";
import { CrankcaseError } from "../../src/errors/crankcase-error.ts";
import { openJail } from "../../src/jail/open-jail.ts";
import { type ExecuteJob, jobExecutor } from "../../src/jobs/execute-job.ts";
import { folderBytes } from "../../src/packages/folder-bytes.ts";
import { installPackage } from "../../src/packages/install-package.ts";
import { loadCatalogue } from "../../src/runtimes/load-catalogue.ts";
import type { PackageManifest } from "../../src/runtimes/package-manifest.ts";
import { packageUse } from "../../src/runtimes/package-use.ts";
import type { RuntimeDefinition } from "../../src/runtimes/runtime-definition.ts";
import { semverOf } from "../../src/runtimes/semver-of.ts";
import { createSlots } from "../../src/slots/slots.ts";
import type { InstallPlace } from "../build-packages/install-place.ts";
import type { TableRow } from "./table.ts";
import type { TestedVersion } from "./tested-versions.ts";

type DefinitionTest = RuntimeDefinition["tests"][number];

/** Makes what installs a version of a language, runs its tests, and says what came of it. */
export function languageTester(project: string, place: InstallPlace, timeFactor: number) {
  return async ({ definition, selected }: TestedVersion): Promise<TableRow> => {
    const about = { language: definition.language, package: selected.name };
    const start = performance.now();
    let manifest: PackageManifest;
    try {
      manifest = await installPackage(selected, place.deps);
    } catch (error) {
      const faults = [`not installed: ${told(error)}`];
      const nothing = { installSeconds: null, bytes: 0, helloMs: null, passed: 0 };
      const version = selected.definition.version;
      return { ...about, ...nothing, version, tests: definition.tests.length, faults };
    }
    const isNew = Date.parse(manifest.builtAt) > Date.now() - (performance.now() - start);
    const installSeconds = isNew ? (performance.now() - start) / 1000 : null;
    const { name, version } = manifest;
    const bytes = await folderBytes(join(place.deps.dataDir, "packages", name, version, "layer"));
    const execute = await executorFor(project, place, timeFactor);
    return { ...about, version, installSeconds, bytes, ...(await runTests(definition, version, execute)) };
  };
}

async function runTests(definition: RuntimeDefinition, installed: string, execute: ExecuteJob) {
  const version = semverOf(installed) ?? "*";
  const tests = definition.tests.filter(({ versions = "*" }) => semver.satisfies(version, versions));
  const faults: string[] = [];
  let helloMs: number | null = null;
  for (const [index, test] of tests.entries()) {
    const start = performance.now();
    const fault = await faultOf(definition.language, version, test, execute);
    if (index === 0 && fault === null) helloMs = performance.now() - start;
    if (fault !== null) faults.push(`${test.name}: ${fault}`);
  }
  return { helloMs, tests: tests.length, passed: tests.length - faults.length, faults };
}

async function faultOf(language: string, version: string, test: DefinitionTest, execute: ExecuteJob) {
  const { files, args = [], stdin = "", compiler_flags = [] } = test;
  const request = { language, version, files, args, stdin, compiler_flags };
  try {
    const { signal } = new AbortController();
    return definitionFault(test, await execute({ id: "test", request, client: "test", signal }));
  } catch (error) {
    return told(error);
  }
}

/** Jobs as the daemon runs them, with the limits that it has by itself. */
async function executorFor(project: string, place: InstallPlace, timeFactor: number): Promise<ExecuteJob> {
  const { dataDir } = place.deps;
  const { socketPath } = await place.jailer();
  const machine = { cores: 2, memoryBytes: totalmem(), projectDir: project };
  const flags = { data_dir: dataDir, ...scaledTimes(timeFactor) };
  const { config } = resolveConfig({ flags, env: {}, yaml: null, machine });
  const { catalogue } = await loadCatalogue({ ...config, definitionsDir: null });
  const slots = createSlots({ ...config, slots: 1 });
  const open = (options: { readonly signal: AbortSignal }) => openJail({ socketPath }, options);
  const log = createLog("silent");
  return jobExecutor({
    catalogue,
    limits: config,
    slots,
    log,
    openJail: open,
    packageUse: packageUse(),
    artifacts: { limits: config.artifacts, store: await artifactStore(config, place) },
    compiles: null,
  });
}

/** No test of a definition asks for artifacts: nothing is ever kept in it. */
async function artifactStore({ artifacts }: Config, { deps }: InstallPlace): Promise<ArtifactStore> {
  return await openArtifactStore({ ...artifacts, folder: join(dirname(deps.buildsDir), "artifacts") });
}

function scaledTimes(factor: number): Record<string, string> {
  const ms = { compile: 10_000 * factor, run: 3_000 * factor };
  const stages = ["compile", "run"] as const;
  return Object.fromEntries(
    stages.flatMap((stage) => [
      [`limits.${stage}.default.wall_time_ms`, String(ms[stage])],
      [`limits.${stage}.default.cpu_time_ms`, String(ms[stage])],
    ]),
  );
}

function told(error: unknown): string {
  if (error instanceof CrankcaseError) return [error.message, error.suggestion].filter(Boolean).join(". ");
  throw error;
}
