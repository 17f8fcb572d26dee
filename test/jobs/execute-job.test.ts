import { pino } from "pino";
import { expect, test } from "vitest";
import { jobExecutor } from "../../src/jobs/execute-job.ts";
import { packageUse } from "../../src/runtimes/package-use.ts";
import { createSlots } from "../../src/slots/slots.ts";
import { sampleCatalogue, sampleConfig } from "./sample-runtimes.ts";

test("a job that is refused is in the log by its id and code, without a word of its user's", async () => {
  const log: string[] = [];
  const execute = jobExecutor({
    catalogue: sampleCatalogue(),
    limits: sampleConfig(),
    slots: createSlots({ slots: 1, queueBound: 1, concurrentCompiles: 1, concurrentRuns: 1 }),
    submissionsDir: "/nowhere",
    packageUse: packageUse(),
    openJail: () => Promise.reject(new Error("no jail is opened for it")),
    log: pino({}, { write: (line) => void log.push(line) }),
  });
  const request = { language: "secret", files: [{ content: "secret" }] };
  const refused = execute("the-id", request, new AbortController().signal);
  await expect(refused).rejects.toMatchObject({ code: "unknown_runtime" });
  expect(log.map((line) => JSON.parse(line))).toMatchObject([{ id: "the-id", code: "unknown_runtime" }]);
  expect(log.join()).not.toContain("secret");
});
