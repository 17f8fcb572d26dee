import { runDefaults } from "../../src/config/default-limits.ts";
import type { Program } from "../program.ts";

/** Variables of every stage (src/jobs/stage-request.ts). */
export const ENVIRONMENT = {
  PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
  HOME: "/tmp",
  LANG: "C.UTF-8",
};

/** The variables that a job of this program has. */
export function stageEnvironment({ language, environment }: Program): Record<string, string> {
  return { ...ENVIRONMENT, PISTON_LANGUAGE: language, ...environment };
}

/** What an executioner is told besides: after how many seconds its `timeout` falls, and how much memory there is. */
export function executionerVariables(seconds: number): Record<string, string> {
  return {
    CRANKCASE_TIMEOUT_SECONDS: String(seconds),
    CRANKCASE_MEMORY_BYTES: String(runDefaults.memory_bytes),
  };
}
