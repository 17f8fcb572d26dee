/** Whose fault an error is: the caller's, nobody's (come back later), ours, or the operator's (the start is refused). */
export type Fault = "caller" | "busy" | "ours" | "operator";

/** What the table says of one error code. */
export interface ErrorEntry {
  readonly fault: Fault;
  /** HTTP status of the answer; null where no request is open when it happens. */
  readonly status: number | null;
  readonly meaning: string;
  readonly hint: string;
}
