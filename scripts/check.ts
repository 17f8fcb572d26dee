// check [NAME...]: runs the static checks on the project in the working folder, all of them when none is named; exits 1
// when one found a fault or saw no file.
import { checkC } from "./checks/c.ts";
import type { Check } from "./checks/check.ts";
import { checkDead } from "./checks/dead.ts";
import { checkLayers } from "./checks/layers.ts";
import { checkLint } from "./checks/lint.ts";
import { checkRepo } from "./checks/repo.ts";
import { checkShell } from "./checks/shell.ts";
import { checkTypes } from "./checks/types.ts";
import { checkUnits } from "./checks/units.ts";

const CHECKS: Readonly<Record<string, Check>> = {
  types: checkTypes,
  lint: checkLint,
  layers: checkLayers,
  dead: checkDead,
  shell: checkShell,
  units: checkUnits,
  c: checkC,
  repo: checkRepo,
};

async function passes(name: string, check: Check, root: string): Promise<boolean> {
  const start = performance.now();
  const { seen, faults } = await check(root);
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  for (const fault of faults) {
    console.log(`  ${fault}`);
  }
  const verdict = seen === 0 ? "FAILED: it saw no file" : faults.length > 0 ? "FAILED" : "ok";
  console.log(`check:${name} ${verdict} (${seen} files seen, ${faults.length} faults, ${seconds} s)`);
  return seen > 0 && faults.length === 0;
}

async function main(names: readonly string[]): Promise<boolean> {
  const root = process.cwd();
  let passed = true;
  for (const name of names.length > 0 ? names : Object.keys(CHECKS)) {
    const check = CHECKS[name];
    if (check === undefined) {
      throw new Error(`no check is named ${name}; there are: ${Object.keys(CHECKS).join(", ")}`);
    }
    passed = (await passes(name, check, root)) && passed;
  }
  return passed;
}

process.exitCode = (await main(process.argv.slice(2))) ? 0 : 1;
