// test [VITEST ARGS...]: runs the tests and closes with the line `N passed, N failed, N skipped`, here and in
// test-results/closing-line; exits above 0 when one failed, or when none ran.
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import { execa } from "execa";
import { countTests, type TestReport } from "./count-tests.ts";

const ROOT = resolve(import.meta.dirname, "..");
const RESULTS = resolve(ROOT, "test-results");

async function main(args: readonly string[]): Promise<number> {
  // An earlier run's numbers must never stand for this one's.
  await rm(RESULTS, { recursive: true, force: true });
  await mkdir(RESULTS);
  const run = await execa("vitest", ["run", ...args], {
    cwd: ROOT,
    preferLocal: true,
    stdio: "inherit",
    reject: false,
  });
  const report: TestReport = JSON.parse(await readFile(resolve(RESULTS, "vitest.json"), "utf8"));
  const { passed, failed, skipped } = countTests(report);
  const line = `${passed} passed, ${failed} failed, ${skipped} skipped`;
  await writeFile(resolve(RESULTS, "closing-line"), `${line}\n`);
  console.log(line);
  if (passed + failed === 0) {
    console.error("test: no test ran");
    return 1;
  }
  return failed > 0 ? 1 : (run.exitCode ?? 1);
}

process.exitCode = await main(process.argv.slice(2));
