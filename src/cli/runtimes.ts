import type { RuntimeInfo } from "../api/runtime-info.ts";
import { didYouMean } from "../schema/closest-name.ts";
import { createApiClient } from "./api-client.ts";
import type { CliContext } from "./context.ts";
import { keyedAddress } from "./server-address.ts";

/** Options of `crankcase runtimes`. */
export interface RuntimesOptions {
  readonly url?: string;
  readonly keyFile?: string;
  readonly json?: boolean;
}

/** `crankcase runtimes`: lists what can be run, or what a name fits; 1 where it fits nothing. */
export async function runtimes(
  wanted: string | undefined,
  options: RuntimesOptions,
  context: CliContext,
): Promise<number> {
  const api = createApiClient(await keyedAddress(options, context.env), context.stop);
  const all = await api.runtimes();
  const found = wanted === undefined ? all : fitting(wanted.toLowerCase(), all);
  context.stdout.write(options.json ? `${JSON.stringify(found, null, 2)}\n` : table(found));
  if (found.length > 0) return 0;
  const hint = wanted === undefined ? "" : didYouMean(wanted, all.flatMap(namesOf));
  const text =
    wanted === undefined ? "no language is installed." : `no installed language is called ${wanted}.`;
  context.stderr.write(
    `crankcase: ${text}${hint}\nhint: \`crankcase packages list\` tells what can be installed.\n`,
  );
  return 1;
}

/** Those of that very name; else those in whose names it stands. */
function fitting(wanted: string, all: readonly RuntimeInfo[]): RuntimeInfo[] {
  const exact = all.filter((runtime) => namesOf(runtime).includes(wanted));
  if (exact.length > 0) return exact;
  return all.filter((runtime) => namesOf(runtime).some((name) => name.includes(wanted)));
}

function namesOf({ language, aliases }: RuntimeInfo): string[] {
  return [language, ...aliases];
}

/** A line for each, in columns; pure. */
function table(list: readonly RuntimeInfo[]): string {
  const language = Math.max(0, ...list.map((it) => it.language.length));
  const version = Math.max(0, ...list.map((it) => it.version.length));
  const lines = list.map((it) =>
    `${it.language.padEnd(language)}  ${it.version.padEnd(version)}  ${it.aliases.join(" ")}`.trimEnd(),
  );
  return lines.map((line) => `${line}\n`).join("");
}
