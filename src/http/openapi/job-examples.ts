import type { JobRequest } from "../../api/job-request.ts";
import type { JobResult } from "../../api/job-result.ts";
import type { QueuedJob } from "../../api/queued-job.ts";
import type { RuntimeInfo } from "../../api/runtime-info.ts";
import type { StageResult } from "../../api/stage-result.ts";

/** A job that somebody may send. */
export const EXAMPLE_JOB: JobRequest = {
  language: "python",
  version: "3.x",
  files: [{ name: "main.py", content: "print(input())\n" }],
  stdin: "hi\n",
  limits: { run: { wall_time_ms: 2_000 } },
};

/** One runtime. */
export const EXAMPLE_RUNTIME: RuntimeInfo = {
  language: "python",
  version: "3.13.5",
  aliases: ["py", "py3", "python3"],
  file_endings: [".py"],
};

const RUN: StageResult = {
  stdout: "hi\n",
  stderr: "",
  output: "hi\n",
  exit_code: 0,
  signal: null,
  cause: "exited",
  message: null,
  wall_time_ms: 21.904,
  cpu_time_ms: 17.312,
  memory_bytes: 7_340_032,
  truncated: { stdout: false, stderr: false },
  process_limit_hit: false,
};

/** What became of the job. */
export const EXAMPLE_RESULT: JobResult = {
  id: "4b0e1c52-9a3c-4a58-9d2a-0f2f3f1f6a11",
  language: "python",
  version: "3.13.5",
  start: "ahead",
  run: RUN,
  limits: {
    job: { disk_bytes: 268_435_456, inodes: 16_384 },
    run: {
      wall_time_ms: 2_000,
      cpu_time_ms: 2_000,
      memory_bytes: 536_870_912,
      processes: 64,
      open_files: 2_048,
      file_size_bytes: 16_777_216,
      stack_bytes: 8_388_608,
      stdout_bytes: 65_536,
      stderr_bytes: 65_536,
    },
  },
  timings: { queue_ms: 0.021, jail_ms: 1.812, run_ms: 23.7, total_ms: 25.9 },
};

/** A job that waits for its turn. */
export const EXAMPLE_QUEUED: QueuedJob = {
  id: "8c2f1f5e-7d44-4a0b-b6a2-4a6d8f0a1c35",
  state: "queued",
  language: "python",
  version: "3.x",
  priority: 0,
  position: 3,
  starts: 0,
  retry: 1,
  submitted_at: "2026-01-02T03:04:05.678Z",
  started_at: null,
  finished_at: null,
  expires_at: null,
};
