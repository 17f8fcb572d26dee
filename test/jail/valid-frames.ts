import { REQUEST } from "../../src/jail/frame.ts";
import type { StageRequest } from "../../src/jail/jail.ts";
import { PayloadWriter } from "../../src/jail/payload-writer.ts";
import { attachPayload, openPayload, stagePayload } from "../../src/jail/requests.ts";
import { BASE } from "../support/test-data.ts";
import { JAIL_LIMITS, STAGE_LIMITS } from "../support/test-limits.ts";
import { TIME_FACTOR } from "../support/time-factor.ts";
import { frame } from "./raw-connection.ts";

/** A stage that waits for input. */
export const CAT: StageRequest = {
  ...{ argv: ["/bin/cat"], env: { NAME: "value" }, cwd: "/tmp", stdin: "stream" },
  limits: { ...STAGE_LIMITS, wallTimeMs: 5_000 * TIME_FACTOR },
};

/** OPEN of a jail for a job. */
export const OPEN = frame(REQUEST.open, 0, openPayload("job"));

/** ATTACH of the base. */
export const ATTACH = frame(REQUEST.attach, 0, attachPayload({ base: BASE, layers: [] }, JAIL_LIMITS));

/** SUBMISSION of a folder. */
export function submission(folder: string): Buffer {
  return frame(REQUEST.submission, 0, new PayloadWriter().string(folder).end());
}

/** STAGE with a number. */
export function stage(number: number, request: Partial<StageRequest> = {}): Buffer {
  return frame(REQUEST.stage, number, stagePayload({ ...CAT, ...request }));
}

/** SIGNAL of stage 1. */
export function signal(number: number): Buffer {
  return frame(REQUEST.signal, 1, new PayloadWriter().u32(number).end());
}

/** STDIN of stage 1: one line of so many bytes, since a terminal's end of input is one at the start of a line only. */
export function stdin(bytes: number): Buffer {
  return frame(REQUEST.stdin, 1, Buffer.alloc(bytes, "x").fill("\n", Math.max(bytes - 1, 0)));
}
