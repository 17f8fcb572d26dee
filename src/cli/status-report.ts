import type { ServerStatus } from "../api/server-status.ts";
import type { Health } from "./api-client.ts";
import type { Keeper } from "./find-keeper.ts";

/** All that `crankcase status` tells. */
export interface StatusReport {
  readonly serves: boolean;
  /** Null for a server that was named: only the machine's own service can be looked at. */
  readonly service: Keeper | null;
  readonly url: string;
  /** Null where nothing answers. */
  readonly health: Health | null;
  /** Null where nothing answers, or the key is not an admin's. */
  readonly server: ServerStatus | null;
  /** What is wrong, and what to do about it. */
  readonly problem: string | null;
  readonly hint: string | null;
}
