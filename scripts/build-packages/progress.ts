/** Prints one line a step, with the time it took. */
export interface Progress {
  /** Runs a step; `told` says what came out of it. */
  step<Result>(
    title: string,
    run: () => Promise<Result>,
    told?: (result: Result) => string | Promise<string>,
  ): Promise<Result>;
  line(text: string): void;
}

const MIB = 1024 * 1024;

/** Lines to stdout, each step's with its seconds. */
export function consoleProgress(): Progress {
  return {
    line: (text) => console.log(text),
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

/** Bytes as people read them. */
export function megabytes(bytes: number): string {
  return `${(bytes / MIB).toFixed(1)} MiB`;
}

function seconds(start: number): string {
  return `${((performance.now() - start) / 1000).toFixed(1)} s`;
}
