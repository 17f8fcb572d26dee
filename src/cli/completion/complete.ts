import type { Command } from "commander";
import type { CliContext } from "../context.ts";
import { candidatesAt } from "./candidates-at.ts";
import { serverNames } from "./server-names.ts";

/** Tells the script of a shell that names of files fit. */
const FILES = ":files\n";

/** What could stand in place of the last word: a candidate a line, a tab and its description behind it. Never throws. */
export async function complete(
  words: readonly string[],
  program: Command,
  context: CliContext,
): Promise<string> {
  const prefix = words.at(-1) ?? "";
  const { candidates, asks, takesFiles } = candidatesAt(words, program);
  const names = asks === null ? [] : await serverNames(asks, context);
  const all = [...candidates, ...names.map((name) => ({ name, description: "" }))];
  const fitting = all.filter(({ name }) => name.startsWith(prefix) && isPlain(name));
  const lines = fitting.map(({ name, description }) => `${name}\t${description}\n`);
  return lines.join("") + (takesFiles ? FILES : "");
}

/** A server's names go into a shell's completion; ours have none of anything else. */
function isPlain(name: string): boolean {
  return /^[\w.+#@*-]+$/.test(name);
}
