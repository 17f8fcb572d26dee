import { REQUEST } from "../../src/jail/frame.ts";
import type { StageRequest } from "../../src/jail/jail.ts";
import { PayloadWriter } from "../../src/jail/payload-writer.ts";
import {
  aheadPayload,
  attachPayload,
  namePayload,
  openPayload,
  stagePayload,
} from "../../src/jail/requests.ts";
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

/** OPEN of a jail for a build. */
export const OPEN_BUILD = frame(REQUEST.open, 0, openPayload("build"));

/** ATTACH of the base. */
export const ATTACH = frame(REQUEST.attach, 0, attachPayload({ base: BASE, layers: [] }, JAIL_LIMITS));

/** NAME of a job. */
export const NAME = frame(REQUEST.name, 0, namePayload("job/1"));

/** SUBMISSION of a folder. */
export function submission(folder: string): Buffer {
  return frame(REQUEST.submission, 0, new PayloadWriter().string(folder).end());
}

/** Flag of a FILE whose content comes later. */
export const LATER = 2;

/** FILE that brings a whole file, or names one. */
export function file(name: string, flags = 0, content = ""): Buffer {
  return frame(REQUEST.file, 0, new PayloadWriter().string(name).u8(flags).bytes(Buffer.from(content)).end());
}

/** AHEAD of a stage that opens nothing of the job unless it is told to. */
export function ahead(request: Partial<StageRequest> = {}, number = 1): Buffer {
  return frame(REQUEST.ahead, number, aheadPayload({ ...CAT, stdin: "file", ...request }, "open"));
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
