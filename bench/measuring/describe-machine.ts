import { cpus, release } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import type { Machine } from "../figures.ts";
import type { MachineCpu } from "./machine-cpu.ts";

const LOOK_MS = 1_000;

/** What the figures are from, and how busy it is before the first of them. */
export async function describeMachine(cpu: MachineCpu): Promise<Machine> {
  const all = cpus();
  const [before, from] = [await cpu.read(), performance.now()];
  await sleep(LOOK_MS);
  const used = (await cpu.read()) - before;
  return {
    cores: all.length,
    cpu: all[0]?.model ?? "unknown",
    kernel: release(),
    busyBefore: used / (performance.now() - from) / all.length,
    cpuSource: cpu.source,
  };
}
