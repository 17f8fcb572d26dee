import type { Workflow } from "../../api/workflow.ts";
import type { WorkflowRequest } from "../../api/workflow-request.ts";

/** A workflow that somebody may send. */
export const EXAMPLE_WORKFLOW: WorkflowRequest = {
  name: "squares",
  steps: [
    {
      name: "numbers",
      job: { language: "python", files: [{ content: "print(*range(1, 4), sep='\\n')" }] },
    },
    {
      name: "square",
      for_each: { from: "numbers" },
      job: {
        language: "python",
        files: [{ content: "import sys\nprint(int(sys.argv[1]) ** 2)" }],
        args: [{ item: true }],
      },
      retry: 1,
    },
    {
      name: "sum",
      job: {
        language: "python",
        files: [{ content: "import sys\nprint(sum(map(int, sys.stdin)))" }],
        stdin: { from: "square" },
      },
    },
  ],
  time_limit_ms: 60_000,
};

const TIMES = { started_at: null, finished_at: null };

/** Where it stands a moment later. */
export const EXAMPLE_WORKFLOW_STATE: Workflow = {
  id: "0d6f3b1e-5c1a-4a65-8f0e-6b7c1d2e3f40",
  name: "squares",
  state: "running",
  submitted_at: "2026-01-02T03:04:05.678Z",
  deadline: "2026-01-02T03:05:05.678Z",
  finished_at: null,
  expires_at: null,
  steps: [
    {
      name: "numbers",
      state: "running",
      needs: [],
      for_each: false,
      started_at: "2026-01-02T03:04:05.680Z",
      finished_at: null,
      items: [{ state: "queued", tries: 1, job: "8c2f1f5e-7d44-4a0b-b6a2-4a6d8f0a1c35" }],
    },
    { name: "square", state: "waiting", needs: ["numbers"], for_each: true, ...TIMES, items: [] },
    { name: "sum", state: "waiting", needs: ["square"], for_each: false, ...TIMES, items: [] },
  ],
};
