import type { ApiKey } from "./api-key.ts";

/** Who sent a request. */
export interface Caller {
  /** Whose turn its jobs count as: `key:NAME`, `address:NETWORK` or `operator`. */
  readonly client: string;
  /** The key that let it in; null where none was needed. */
  readonly key: ApiKey | null;
}

/** Who came by the operator's own socket: no limit of rate or number holds for it. */
export const OPERATOR: Caller = { client: "operator", key: null };
