import type { HttpClient } from "./http-run.ts";

/** What the variants are made of: folders and servers that live as long as the bench does. */
export interface BenchPlace {
  /** Temporary folder; all of it is removed at the end. */
  readonly folder: string;
  readonly dataDir: string;
  readonly launcherBinary: string;
  /** Whether bubblewrap can be measured. */
  readonly bubblewrap: boolean;
  readonly socketPath: string;
  readonly http: HttpClient;
  /** Ends what a variant needs while it runs. */
  readonly acquired: AsyncDisposableStack;
}
