import { cpus, release } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import type { Machine } from "../figures.ts";
import type { MachineCpu } from "./machine-cpu.ts";

const LOOK_MS = 1_000;

/** What the figures are from. */
export function describeMachine(cpu: MachineCpu): Omit<Machine, "busyBeside"> {
  const all = cpus();
  // What a distribution or a cloud adds to the number says nothing of speed.
  const [kernel = ""] = release().split("-");
  const model = all[0]?.model ?? "unknown";
  return { cores: all.length, cpu: model, kernel, cpuSource: cpu.source };
}

/** Share of all cores that others use in a second in which the bench does nothing. */
export async function busyShare(cpu: MachineCpu): Promise<number> {
  const [before, from] = [await cpu.read(), performance.now()];
  await sleep(LOOK_MS);
  const used = (await cpu.read()) - before;
  return used / (performance.now() - from) / cpus().length;
}
