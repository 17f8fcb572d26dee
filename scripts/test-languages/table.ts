/** What came out of one version of a language. */
export interface TableRow {
  readonly language: string;
  /** As installed; as the index has it where the installation failed. */
  readonly version: string;
  readonly package: string;
  /** Null: it was there already. */
  readonly installSeconds: number | null;
  /** Bytes of its own layer on disk. */
  readonly bytes: number;
  /** Milliseconds from the request to the result of the first test, compile included; null where it failed. */
  readonly helloMs: number | null;
  readonly passed: number;
  readonly tests: number;
  readonly faults: readonly string[];
}

/** The first line. */
export const TABLE_HEAD = line(["language", "version", "package", "install s", "MB", "hello ms", "tests"]);

/** One line a version. */
export function rowLine(row: TableRow): string {
  return line([
    row.language,
    row.version,
    row.package,
    row.installSeconds === null ? "there" : row.installSeconds.toFixed(1),
    (row.bytes / 1e6).toFixed(0),
    row.helloMs === null ? "-" : row.helloMs.toFixed(0),
    `${row.passed}/${row.tests}${row.faults.length === 0 ? "" : " FAILED"}`,
  ]);
}

function line([language = "", version = "", name = "", ...numbers]: readonly string[]): string {
  const words = [language.padEnd(22), version.padEnd(14), name.padEnd(22)];
  return [...words, ...numbers.map((text) => text.padStart(9))].join(" ");
}
