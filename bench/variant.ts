/** One way of running one program, which the bench measures beside the others. */
export interface Variant {
  /** What runs; the variants of one program are compared with each other. */
  readonly program: string;
  /** How it runs, for example `bubblewrap`. */
  readonly way: string;
  /** The way that the others of the same program are divided by. */
  readonly baseline: boolean;
  /** Runs the program once, checks what it did, and returns the milliseconds that it took. */
  run(): Promise<number>;
}

/** What was measured of one variant. */
export interface Measurement {
  readonly variant: Variant;
  /** Milliseconds, in the order in which they were measured. */
  readonly samples: readonly number[];
}
