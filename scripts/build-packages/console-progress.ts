import type { Progress } from "../../src/packages/progress.ts";

/** Lines to stdout, each step's with its seconds. A step within another ends the outer one's line, which is written again. */
export function consoleProgress(): Progress {
  let unfinished: string | null = null;
  const begin = (title: string) => {
    process.stdout.write(`${unfinished === null ? "" : "\n"}${title} ...`);
    unfinished = title;
  };
  const end = (title: string, text: string) => {
    console.log(unfinished === title ? ` ${text}` : `${title} ... ${text}`);
    unfinished = null;
  };
  return {
    line: (text) => console.log(text),
    amount: () => undefined,
    async step(title, run, told) {
      begin(title);
      const start = performance.now();
      try {
        const result = await run();
        const taken = seconds(start);
        const outcome = await told?.(result);
        end(title, outcome === undefined ? taken : `${taken}, ${outcome}`);
        return result;
      } catch (error) {
        end(title, `failed after ${seconds(start)}`);
        throw error;
      }
    },
  };
}

function seconds(start: number): string {
  return `${((performance.now() - start) / 1000).toFixed(1)} s`;
}
