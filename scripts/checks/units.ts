import { mkdtempDisposable, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import type { CheckResult } from "./check.ts";
import { projectFiles } from "./project-files.ts";
import { runTool } from "./run-tool.ts";

const UNIT = /\.(service|socket|timer|target|path|mount)$/;

/** What is installed is not there when the project is checked; systemd asks that a program exists. */
const INSTALLED = /\/opt\/crankcase\/current\/\S+/g;

/** Every systemd unit, by systemd's own reader; all at once, since they name each other. */
export async function checkUnits(root: string): Promise<CheckResult> {
  const units = (await projectFiles(root)).filter((file) => UNIT.test(file));
  if (units.length === 0) return { seen: 0, faults: [] };
  await using folder = await mkdtempDisposable(join(tmpdir(), "crankcase-units-"));
  const copies = await Promise.all(units.map((unit) => copyUnit(join(root, unit), folder.path)));
  const run = await runTool(root, "systemd-analyze", ["verify", "--man=no", ...copies]);
  const faults = run.stderr.split("\n").filter((line) => line !== "");
  if (run.exitCode !== 0 && faults.length === 0) {
    faults.push(`systemd-analyze exited with ${run.exitCode}: ${run.stdout}`);
  }
  return { seen: units.length, faults: faults.map((fault) => fault.replaceAll(`${folder.path}/`, "")) };
}

async function copyUnit(path: string, folder: string): Promise<string> {
  const copy = join(folder, basename(path));
  await writeFile(copy, (await readFile(path, "utf8")).replace(INSTALLED, "/bin/true"));
  return copy;
}
