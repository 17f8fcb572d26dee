import { TIME_FACTOR } from "../support/time-factor.ts";

/** For `vi.setConfig`: a server dies and comes again within most of these tests, on a machine that others may use. */
export const PATIENT = { testTimeout: 120_000 * TIME_FACTOR, hookTimeout: 120_000 * TIME_FACTOR };
