/** What a check found. */
export interface CheckResult {
  /** How many files the tool itself said that it looked at: a check that saw none has failed. */
  readonly seen: number;
  /** One line a fault; none when all is well. */
  readonly faults: readonly string[];
}

/** Looks at the project in the folder `root`. Rejects when the tool cannot be run at all. */
export type Check = (root: string) => Promise<CheckResult>;

/** The faults of a tool that passed over files: its silence about them would mean nothing. */
export function unseenFaults(tool: string, expected: readonly string[], seen: readonly string[]): string[] {
  const found = new Set(seen);
  return expected.filter((file) => !found.has(file)).map((file) => `${file}: ${tool} did not look at it`);
}
