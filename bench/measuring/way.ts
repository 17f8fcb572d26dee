/** Runs that followed one another: each one's milliseconds, and what they were. */
export interface Block {
  readonly samplesMs: readonly number[];
  /** From the first run's start to the last one's end. */
  readonly wallMs: number;
  /** CPU of the client that asked for the runs, which is no part of what they cost. */
  readonly clientCpuMs: number;
  readonly ahead: number;
  readonly kept: number;
  /** Of runs through HTTP: the milliseconds that their jobs took from having their slot. */
  readonly workMs: readonly number[];
  /** Runs beside those of the samples, whose CPU is in the block's too. */
  readonly uncounted?: number;
}

/** One way of running something, which is measured beside others. */
export interface Way {
  readonly group?: string;
  readonly name: string;
  /** How many times it runs in all. */
  readonly runs: number;
  /** Runs it so many times and checks what each did. Rejects when one did not do its work. */
  run(count: number): Promise<Block>;
}

/** What was measured of one way. */
export interface Measured {
  readonly way: Way;
  readonly blocks: readonly Block[];
  /** CPU of the whole machine for one run, the client's left out. */
  readonly cpuMs: number;
}
