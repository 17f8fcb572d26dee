import { expect, test } from "vitest";
import type { StatusReport } from "../../src/cli/status-report.ts";
import { statusText } from "../../src/cli/status-text.ts";

const SERVING: StatusReport = {
  serves: true,
  service: { kind: "keep-port", text: "keep-port, process 77", hint: "tail the log" },
  url: "http://127.0.0.1:2000",
  health: { status: "ok", version: "0.1.0", release: "r1" },
  server: {
    version: "0.1.0",
    release: "r1",
    started_at: "2026-01-02T03:04:05.000Z",
    slots: { total: 16, running: 3, waiting: 1, queue_bound: 256 },
    queued: { waiting: 40, running: 2 },
    compile_cache: { entries: 2, bytes: 1_572_864, bound_bytes: 2 ** 29, hits: 7, misses: 3 },
    runtimes: [
      { language: "bash", version: "5.2.37" },
      { language: "c", version: "14.2.0" },
    ],
    packages: [],
    warnings: ["The first.", "The second."],
  },
  problem: null,
  hint: null,
};

function textAt(now: string, report: Partial<StatusReport> = {}): string {
  return statusText({ ...SERVING, ...report }, new Date(now));
}

test("a status is one row a line, and each warning has its own", () => {
  expect(textAt("2026-01-04T08:04:05Z")).toBe(`status     serves
service    keep-port, process 77
url        http://127.0.0.1:2000
version    0.1.0, release r1
since      2026-01-02T03:04:05.000Z (2 d 5 h)
slots      3 of 16 in use, 1 of 256 waiting
queued     2 in their turn, 40 waiting, of jobs that nobody waits for
compiled   2 kept, 1.5 MiB; 7 of 10 compiles done without
languages  bash 5.2.37, c 14.2.0
packages   none
warnings   The first.
warnings   The second.
`);
});

test("how long a server runs is told in its two largest units", () => {
  expect(textAt("2026-01-02T05:09:05Z")).toContain("(2 h 5 min)");
  expect(textAt("2026-01-02T03:04:10Z")).toContain("(0 min)");
});

test("where nothing serves and nothing keeps a server alive, that is said, with what starts one", () => {
  const service = { kind: "none", text: "by hand", hint: "sudo crankcase serve" } as const;
  const down = { serves: false, service, health: null, server: null, problem: "It does not answer." };
  expect(textAt("2026-01-02T05:09:05Z", { ...down, hint: service.hint })).toBe(`status     does not serve
service    none that runs
url        http://127.0.0.1:2000
problem    It does not answer.
hint       sudo crankcase serve
`);
  expect(textAt("2026-01-02T05:09:05Z", { service })).toContain("service    by hand\n");
});
