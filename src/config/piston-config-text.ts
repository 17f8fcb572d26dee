import { configKeys } from "./config-key.ts";
import type { TakenVariable } from "./piston-import.ts";

interface Origin {
  readonly value: unknown;
  readonly from: string;
}

/** The YAML file that settings taken over from Piston come to: keys in our order, each with its origin behind it. */
export function pistonConfigText(taken: readonly TakenVariable[], file: string): string {
  const origins = new Map<string, Origin>();
  for (const { name, line, settings } of taken) {
    for (const [path, value] of Object.entries(settings)) {
      origins.set(path, { value, from: `${name}, line ${line}` });
    }
  }
  const lines: string[] = [];
  let above: readonly string[] = [];
  for (const { path } of configKeys()) {
    const origin = origins.get(path);
    if (origin === undefined) continue;
    const steps = path.split(".");
    lines.push(...opened(above, steps), keyLine(steps, origin));
    above = steps;
  }
  return [...heading(file, lines.length), ...lines, ""].join("\n");
}

/** A file's name may hold anything, a line's end too. */
function heading(file: string, lines: number): string[] {
  const empty = lines === 0 ? ["# It sets nothing that differs from the defaults."] : [];
  return [
    `# Made by crankcase import-piston of ${JSON.stringify(file)}. docs/configuration.md explains every key.`,
    ...empty,
  ];
}

/** The maps that a key lies in and the one before it did not. */
function opened(above: readonly string[], steps: readonly string[]): string[] {
  const parents = steps.slice(0, -1);
  const differs = parents.findIndex((step, depth) => step !== above[depth]);
  return differs < 0
    ? []
    : parents.slice(differs).map((step, depth) => `${"  ".repeat(differs + depth)}${step}:`);
}

/** JSON is YAML, on one line, and quotes what has to be quoted. */
function keyLine(steps: readonly string[], { value, from }: Origin): string {
  return `${"  ".repeat(steps.length - 1)}${steps.at(-1)}: ${JSON.stringify(value)} # ${from}`;
}
