import { concurrency } from "./concurrency.ts";
import { cppFirstCompile } from "./cpp-first-compile.ts";
import { helloLines } from "./hello-lines.ts";
import { hundredThousandQueued } from "./hundred-thousand-queued.ts";
import { idleMemory } from "./idle-memory.ts";
import { languages } from "./languages.ts";
import type { Line } from "./line.ts";
import { notWaitedFor } from "./not-waited-for.ts";
import { queued } from "./queued.ts";
import { sustainedLines } from "./sustained-lines.ts";
import { testcases } from "./testcases.ts";
import { trueInJail } from "./true-in-jail.ts";

/** Every line, in the order of the table. */
export const allLines: readonly Line[] = [
  trueInJail,
  ...helloLines,
  cppFirstCompile,
  testcases,
  ...sustainedLines,
  idleMemory,
  queued,
  notWaitedFor,
  hundredThousandQueued,
  languages,
  concurrency,
];
