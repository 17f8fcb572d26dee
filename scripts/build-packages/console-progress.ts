import type { Progress } from "../../src/packages/progress.ts";

/** Lines to stdout, each step's with its seconds. */
export function consoleProgress(): Progress {
  return {
    line: (text) => console.log(text),
    amount: () => undefined,
    async step(title, run, told) {
      process.stdout.write(`${title} ...`);
      const start = performance.now();
      try {
        const result = await run();
        const taken = seconds(start);
        const end = await told?.(result);
        console.log(` ${taken}${end === undefined ? "" : `, ${end}`}`);
        return result;
      } catch (error) {
        console.log(` failed after ${seconds(start)}`);
        throw error;
      }
    },
  };
}

function seconds(start: number): string {
  return `${((performance.now() - start) / 1000).toFixed(1)} s`;
}
