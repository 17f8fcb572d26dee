/** Told of what an installation does. */
export interface Progress {
  /** Runs a step that takes time; `told` says what came out of it. */
  step<Result>(
    title: string,
    run: () => Promise<Result>,
    told?: (result: Result) => string | Promise<string>,
  ): Promise<Result>;
  line(text: string): void;
}
