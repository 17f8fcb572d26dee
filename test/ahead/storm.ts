import { setTimeout as sleep } from "node:timers/promises";
import type { PoolServer } from "../pools/serving-pools.ts";

const CALLERS = 16;

/** Programs that print a word of their own and read one; of all languages that are started ahead, and one that is not. */
const PROGRAMS: Readonly<Record<string, (word: string) => string>> = {
  python: (word) => `print("${word}", input())`,
  bash: (word) => `read -r line; echo "${word} $line"`,
  javascript: (word) => `console.log("${word}", require("fs").readFileSync(0, "utf8").trim())`,
  perl: (word) => `print "${word} ", scalar <STDIN>;`,
  php: (word) => `<?php echo "${word} ", fgets(STDIN);`,
  ruby: (word) => `puts "${word} #{gets}"`,
  lua: (word) => `print("${word}", io.read())`,
  sqlite3: (word) => `select '${word} input';`,
};

/** What became of one job of a storm: right, or what it was told instead. */
export interface StormJob {
  readonly language: string;
  readonly outcome: "right" | string;
  readonly start: "cold" | "ahead" | null;
}

/** Runs jobs of all languages by 16 callers at one time, each as many in turn. Resolves when all are answered. */
export async function storm(server: PoolServer, jobsEach: number): Promise<readonly StormJob[]> {
  const callers = Array.from({ length: CALLERS }, async (_value, caller) => {
    const jobs: StormJob[] = [];
    for (let turn = 0; turn < jobsEach; turn += 1) jobs.push(await runOne(server, caller, turn));
    return jobs;
  });
  return (await Promise.all(callers)).flat();
}

/** Does something again and again, with a pause, until the storm is over; gives the storm's jobs. */
export async function during<Jobs>(
  jobs: Promise<Jobs>,
  pauseMs: number,
  act: () => Promise<unknown>,
): Promise<Jobs> {
  let isOver = false;
  const over = jobs.finally(() => {
    isOver = true;
  });
  const acting = (async () => {
    while (!isOver) {
      await act();
      await sleep(pauseMs);
    }
  })();
  await Promise.all([over, acting]);
  return await over;
}

async function runOne(server: PoolServer, caller: number, turn: number): Promise<StormJob> {
  const names = Object.keys(PROGRAMS);
  const language = names[(caller + turn) % names.length] ?? "";
  const word = `${caller}-${turn}`;
  try {
    const { stdout, stderr, exitCode, start } = await server.run(language, PROGRAMS[language]?.(word) ?? "", {
      stdin: "input\n",
    });
    const isRight = stdout.replace("\t", " ").trim() === `${word} input` && stderr === "" && exitCode === 0;
    return { language, start, outcome: isRight ? "right" : JSON.stringify({ stdout, stderr, exitCode }) };
  } catch (error) {
    return { language, start: null, outcome: String(error) };
  }
}
