/**
 * Installs languages, runs all the tests of their definitions in jails, and prints a table:
 * `node scripts/test-languages.ts --help`. It runs as root, with a jailer of its own.
 */
import { mkdir, writeFile } from "node:fs/promises";
import { totalmem } from "node:os";
import { dirname, join, resolve } from "node:path";
import { Command } from "commander";
import { CrankcaseError } from "../src/errors/crankcase-error.ts";
import { copyOutAllBaseFiles } from "../src/packages/base-files.ts";
import { debianArchitecture } from "../src/packages/debian-architecture.ts";
import { silentProgress } from "../src/packages/progress.ts";
import { unprivilegedUser } from "../src/packages/unprivileged-user.ts";
import type { BuildContext } from "./build-packages/build-context.ts";
import { openInstallPlace } from "./build-packages/install-place.ts";
import { languageTester } from "./test-languages/language-tester.ts";
import { rowLine, TABLE_HEAD, type TableRow } from "./test-languages/table.ts";
import { testedVersions } from "./test-languages/tested-versions.ts";

const project = dirname(import.meta.dirname);

const EXAMPLES = `
Examples:
  node scripts/test-languages.ts                          every language in every version
  node scripts/test-languages.ts python ruby              two languages, in all of their versions
  node scripts/test-languages.ts --json full.json         and the table as JSON

What is installed already is tested as it is. Exit status 1: something failed.`;

const command = new Command("test-languages")
  .description("Installs languages and runs the tests of their definitions.")
  .argument("[languages...]", "languages; all of them when none is named")
  .option("--data-dir <dir>", "data folder", "/var/lib/crankcase")
  .option("--runner-uid-min <uid>", "first of two user ids that nothing else uses", "69000")
  .option("--time-factor <factor>", "multiplies the time limits, for slow machines", "1")
  .option("--json <file>", "writes the table to a file as well")
  .addHelpText("after", EXAMPLES)
  .parse();
const options = command.opts<{
  dataDir: string;
  runnerUidMin: string;
  timeFactor: string;
  json?: string;
}>();
const interruption = new AbortController();
for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  process.once(name, () => interruption.abort(new CrankcaseError("cancelled", `interrupted by ${name}`)));
}

try {
  if (process.getuid?.() !== 0) throw new CrankcaseError("start_failed", "run it as root");
  const context: BuildContext = {
    wanted: [],
    dataDir: resolve(options.dataDir),
    definitionsDir: null,
    jailer: join(project, "jailer/build/jailer"),
    mirrors: null,
    runnerUidMin: Number(options.runnerUidMin),
    memoryTotal: totalmem(),
    project,
    architecture: debianArchitecture(process.arch),
    runAs: await unprivilegedUser(),
    progress: silentProgress,
    signal: interruption.signal,
  };
  await mkdir(join(context.dataDir, "packages"), { recursive: true, mode: 0o755 });
  await copyOutAllBaseFiles(context.dataDir);
  process.exitCode = (await testAll(context)) ? 0 : 1;
} catch (error) {
  console.error(error instanceof CrankcaseError ? `test-languages: ${error.message}` : error);
  process.exitCode = 1;
}

async function testAll(context: BuildContext): Promise<boolean> {
  await using place = await openInstallPlace(context);
  const versions = await testedVersions(project, place.deps, command.args);
  const test = languageTester(project, place, Number(options.timeFactor));
  const rows: TableRow[] = [];
  console.log(TABLE_HEAD);
  for (const version of versions) {
    const row = await test(version);
    interruption.signal.throwIfAborted();
    rows.push(row);
    console.log(rowLine(row));
    for (const fault of row.faults) console.log(`    ${fault}`);
    if (options.json !== undefined) await writeFile(options.json, `${JSON.stringify(rows, null, 2)}\n`);
  }
  const green = rows.filter(({ faults }) => faults.length === 0);
  const languages = new Set(green.map(({ language }) => language));
  console.log(`${green.length} of ${rows.length} versions green, of ${languages.size} languages`);
  return green.length === rows.length;
}
