import { mkdir, mkdtemp, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { readInstalledPackage } from "../installed-package.ts";
import type { Bench } from "../measuring/bench.ts";
import type { Block, Way } from "../measuring/way.ts";
import { NONCE, OUTPUT, type Program } from "../program.ts";
import { type CProgram, startCProgram } from "./c-program.ts";
import { ENVIRONMENT, executionerVariables, stageEnvironment } from "./stage-environment.ts";

/** What `timeout` gets in the executioner where a run may take three seconds, and when it compiles on a busy machine. */
const RUN_SECONDS = 4;
const COMPILE_SECONDS = 60;

/** Raw runs start the same file again and again. */
const SOME_NONCE = "0123456789abcdef";

const PROJECT = join(import.meta.dirname, "../..");

/** How a program is run outside of a jail. */
export interface RawRun {
  readonly name: string;
  readonly group?: string;
  readonly program: Program;
  readonly runs: number;
  /** How many launchers run it side by side; 1 unless said otherwise. */
  readonly atOnce?: number;
  /** Behind the `sh` and the `timeout` of the language's own executioner. */
  readonly isBehindExecutioner?: boolean;
  /** Bytes that it prints where it is not the program's own output. */
  readonly outputBytes?: number;
  /** Folder whose content lies over the root. */
  readonly mask?: string;
}

/** Plain fork, exec and wait of the same binary, on the same layers, in a folder of its own that is prepared as the job's is. */
export async function rawWay(bench: Bench, acquired: AsyncDisposableStack, run: RawRun): Promise<Way> {
  const { name, group, program, runs, atOnce = 1, isBehindExecutioner = false } = run;
  const box = await makeBox(bench, program);
  if (program.isCompiled && run.outputBytes === undefined) await compile(bench, program, box);
  const argv = isBehindExecutioner
    ? [`/executioners/${program.language}/run`, program.mainFile]
    : program.argv;
  const env = {
    ...stageEnvironment(program),
    ...(isBehindExecutioner ? executionerVariables(RUN_SECONDS) : {}),
  };
  const start = { box, argv, env, outputBytes: run.outputBytes ?? OUTPUT.length, mask: run.mask };
  const launchers: CProgram[] = [];
  for (let count = 0; count < atOnce; count += 1) {
    launchers.push(acquired.use(await startInRoot(bench, program.packageName, start)));
  }
  return {
    ...(group === undefined ? {} : { group }),
    name,
    runs,
    run: (count) => sideBySide(launchers, count),
  };
}

/** A launcher of any command line in a package's root, without files of its own; for `/bin/true` and the like. */
export async function rawCommand(
  bench: Bench,
  packageName: string,
  argv: readonly string[],
): Promise<CProgram> {
  const box = await mkdtemp(join(bench.folder, "box-"));
  await mkdir(join(box, "submission"));
  await writeFile(join(box, "stdin.stdin"), "");
  return await startInRoot(bench, packageName, { box, argv, env: ENVIRONMENT, outputBytes: 0 });
}

/** A launcher of a command line outside of the root, which is mounted at `<folder>/root`: for peers, which make theirs of it. */
export async function outsideCommand(
  bench: Bench,
  packageName: string,
  argv: readonly string[],
): Promise<CProgram> {
  const args = ["-o", ...(await roots(bench, packageName)), ...argv];
  return startCProgram({
    binary: bench.programs.launcher,
    args,
    env: ENVIRONMENT,
    outputBytes: 0,
    stop: bench.stop,
  });
}

interface RootStart {
  readonly box: string;
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly outputBytes: number;
  readonly mask?: string | undefined;
}

async function startInRoot(bench: Bench, packageName: string, start: RootStart): Promise<CProgram> {
  const { box, argv, env, outputBytes, mask } = start;
  const binds = ["-b", `${box}:/box`, "-b", `${join(PROJECT, "executioners")}:/executioners`];
  const where = ["-i", "/box/stdin.stdin", "-d", "/box/submission", ...binds];
  const args = [...where, ...(await roots(bench, packageName, mask)), ...argv];
  return startCProgram({ binary: bench.programs.launcher, args, env, outputBytes, stop: bench.stop });
}

/** The folders of a package's root, and where it is mounted. */
async function roots(
  { dataDir, folder }: Bench,
  packageName: string,
  mask?: string,
): Promise<[string, string]> {
  const { lowerdirs } = await readInstalledPackage(dataDir, packageName);
  const masks = mask === undefined ? [] : [mask];
  return [[...masks, join(folder, "skeleton"), lowerdirs].join(":"), join(folder, "root")];
}

async function makeBox({ folder }: Bench, { mainFile, source, stdin }: Program): Promise<string> {
  const box = await mkdtemp(join(folder, "box-"));
  await mkdir(join(box, "submission"));
  await writeFile(join(box, "submission", mainFile), source.replaceAll(NONCE, SOME_NONCE));
  await writeFile(join(box, "stdin.stdin"), stdin.replaceAll(NONCE, SOME_NONCE));
  return box;
}

/** Once, by the executioner, as a job's compile stage would. */
async function compile(bench: Bench, program: Program, box: string): Promise<void> {
  const argv = [`/executioners/${program.language}/compile`, program.mainFile];
  const env = { ...stageEnvironment(program), ...executionerVariables(COMPILE_SECONDS) };
  const start = { box, argv, env, outputBytes: 0 };
  await using compiler = await startInRoot(bench, program.packageName, start);
  await compiler.order("1");
}

/** The runs are divided among the launchers, which start together. */
async function sideBySide(launchers: readonly CProgram[], count: number): Promise<Block> {
  const shares = launchers.map((_, index) => Math.ceil((count - index) / launchers.length));
  const start = performance.now();
  const blocks = await Promise.all(launchers.map((launcher, index) => launcher.order(`${shares[index]}`)));
  const wallMs = performance.now() - start;
  const samplesMs = blocks.flatMap((block) => block.samplesMs);
  return { samplesMs, wallMs, clientCpuMs: 0, ahead: 0, kept: 0, workMs: [] };
}
