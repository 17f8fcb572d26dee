import type { StageRequest } from "../../src/jail/jail.ts";

/** A stage as the tests of the client start it: every field has a value of its own. */
export const stageRequest: StageRequest = {
  argv: ["/bin/cat", "é"],
  env: { HOME: "/tmp" },
  cwd: "/box/submission",
  stdin: "stream",
  limits: {
    wallTimeMs: 1000,
    cpuTimeMs: 2000,
    memoryBytes: 2 ** 33,
    processes: 4,
    openFiles: 5,
    fileSizeBytes: 6,
    stackBytes: 7,
    stdoutBytes: 8,
    stderrBytes: 9,
  },
};
