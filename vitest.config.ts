import { defineConfig } from "vitest/config";
import { TIME_FACTOR } from "./test/support/time-factor.ts";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    // Tests start real daemons and jails: slow machines get time, hanging ones an end.
    testTimeout: 30_000 * TIME_FACTOR,
    hookTimeout: 60_000 * TIME_FACTOR,
    pool: "forks",
    // Each test file has an instance of its own; more of them at once only compete for the cores.
    maxWorkers: 2,
    reporters: ["default", ["json", { outputFile: "test-results/vitest.json" }]],
  },
});
