// fuzz [--minutes N] [--target NAME...]: fuzzes the jailer for as long as it is told; --help, docs/fuzzing.md.
import { dirname } from "node:path";
import { execa } from "execa";
import { fuzzPlace } from "./fuzz/fuzz-place.ts";
import { type FuzzOptions, readOptions } from "./fuzz/options.ts";
import { type FuzzRun, runTarget } from "./fuzz/run-target.ts";
import type { FuzzTarget } from "./fuzz/targets.ts";

const PROJECT = dirname(import.meta.dirname);

/** libFuzzer tells of its whole progress by lines with these; of each new input as well, which is too much. */
const PROGRESS = /\b(INITED|pulse|DONE)\b.*cov:/;

async function main({ minutes, targets }: FuzzOptions): Promise<number> {
  await execa("make", ["-s", "-C", "jailer", "fuzz"], { cwd: PROJECT, stdio: "inherit" });
  let findings = 0;
  for (const target of targets) {
    const run = await fuzz(target, minutes);
    if (run.finding === null) {
      console.log(`${target}: ${run.executed} inputs, ${run.coverage} edges, no finding`);
    } else {
      findings += 1;
      console.log(`${run.lastLines}\n${target}: ${run.finding} breaks it; again: ${run.command}`);
    }
  }
  return findings === 0 ? 0 : 1;
}

async function fuzz(target: FuzzTarget, minutes: number): Promise<FuzzRun> {
  console.log(`${target}: ${minutes} minutes`);
  const onLine = (line: string) => {
    if (PROGRESS.test(line)) console.log(`${target}: ${line}`);
  };
  return await runTarget(fuzzPlace(PROJECT, target), { seconds: Math.round(minutes * 60), onLine });
}

process.exitCode = await main(readOptions(process.argv));
