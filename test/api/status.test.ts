import { expect, test } from "vitest";
import { ServerStatusShape } from "../../src/api/server-status.ts";
import { shapeCheck } from "../../src/schema/shape-check.ts";
import { sampleServer } from "./sample-server.ts";

test("the status tells versions, slots, languages, packages and warnings", async () => {
  const { server } = sampleServer({
    release: "20260102-abc",
    warnings: ["PISTON_X is set and not used."],
    compiles: { counts: { entries: 1, bytes: 2, boundBytes: 3, hits: 4, misses: 5 } },
  });
  const status = (await server.inject("/api/crankcase/v1/status")).json();
  expect(shapeCheck(ServerStatusShape)(status)).toBeNull();
  expect(status).toEqual({
    version: "1.2.3",
    release: "20260102-abc",
    started_at: "2026-01-02T03:04:05.000Z",
    slots: { total: 1, running: 0, waiting: 0, queue_bound: 1 },
    queued: { waiting: 5, running: 2 },
    compile_cache: { entries: 1, bytes: 2, bound_bytes: 3, hits: 4, misses: 5 },
    runtimes: [
      { language: "python", version: "3.13.5" },
      { language: "python", version: "3.9.2" },
      { language: "c", version: "14.2.0" },
      { language: "file", version: "5.2.37" },
    ],
    packages: [
      { name: "python", version: "3.9.2-3" },
      { name: "python", version: "3.13.5" },
      { name: "gcc", version: "14.2" },
      { name: "bash", version: "5.2.37" },
    ],
    warnings: ["PISTON_X is set and not used."],
  });
});
