/** Told of what an installation does. */
export interface Progress {
  /** Runs a step that takes time; `told` says what came out of it. */
  step<Result>(
    title: string,
    run: () => Promise<Result>,
    told?: (result: Result) => string | Promise<string>,
  ): Promise<Result>;
  /** How many bytes of a step's whole are done. */
  amount(title: string, doneBytes: number, totalBytes: number): void;
  line(text: string): void;
}

/** Progress that nobody listens to. */
export const silentProgress: Progress = {
  line: () => undefined,
  amount: () => undefined,
  step: (_title, run) => run(),
};
