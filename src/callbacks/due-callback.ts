import type { CallbackDelivery, CallbackOutcome } from "./send-callback.ts";

/** A delivery that is due. */
export interface DueCallback {
  readonly id: string;
  readonly url: string;
  readonly secret: string;
  /** Tries before this one. */
  readonly tries: number;
  /** What is sent. A rejection counts as a try. */
  body(): Promise<string>;
}

/** Which due deliveries are asked for. */
export interface DueQuestion {
  readonly limit: number;
  /** These are being tried. */
  readonly exceptIds: readonly string[];
  /** As many as may be are being tried to these hosts (`callbackHost`). */
  readonly exceptHosts: readonly string[];
}

/** The deliveries that are due, the longest first. */
export interface DueAnswer<Callback = DueCallback> {
  readonly due: readonly Callback[];
  /** When the first that is not due yet will be, in milliseconds since the epoch; null where there is none. */
  readonly nextAtMs: number | null;
}

/** What came of a try, and what is to be remembered. */
export interface TriedCallback {
  readonly outcome: CallbackOutcome;
  /** This one counts. */
  readonly tries: number;
  /** When it is due again, in milliseconds since the epoch. Null: it was accepted, or is given up. */
  readonly nextAtMs: number | null;
}

/** What delivering takes. What is due is the caller's to keep, so that it outlives this process. */
export interface CallbacksDeps {
  readonly due: (question: DueQuestion) => Promise<DueAnswer>;
  readonly send: (delivery: CallbackDelivery, stop: AbortSignal) => Promise<CallbackOutcome>;
  /** Remembers a try; the delivery is tried by nobody else until it resolves. */
  readonly onTried: (id: string, tried: TriedCallback) => Promise<void>;
  /** Hears what `due` and `onTried` failed of. */
  readonly onError: (error: unknown) => void;
  /** Milliseconds since the epoch. */
  readonly now?: () => number;
  readonly random?: () => number;
  /** For tests; 5,000 when left out. */
  readonly storePauseMs?: number;
}
