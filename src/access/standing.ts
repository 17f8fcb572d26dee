/** How a caller stands with its rate of requests. */
export interface Standing {
  /** Whose rate it is. */
  readonly policy: "key" | "address";
  /** Requests that it may send within the window. */
  readonly limit: number;
  readonly remaining: number;
  /** Seconds until the window is over and all may be sent again; at least 1. */
  readonly resetSeconds: number;
}

/** How long a window is, in seconds. */
export const WINDOW_SECONDS = 60;
