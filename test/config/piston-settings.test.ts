import { expect, test } from "vitest";
import { resolveConfig } from "../../src/config/config.ts";

const machine = { cores: 2, memoryBytes: 4_000_000_000, projectDir: "/opt/crankcase" };

function resolve(env: Record<string, string>) {
  return resolveConfig({ flags: {}, env, yaml: null, machine });
}

test("Piston's configured limit is default and maximum at once", () => {
  const { config } = resolve({ PISTON_RUN_TIMEOUT: "7000", PISTON_COMPILE_MEMORY_LIMIT: "300000000" });
  expect(config.limits.run.default.wallTimeMs).toBe(7000);
  expect(config.limits.run.maximum.wallTimeMs).toBe(7000);
  expect(config.limits.compile.default.memoryBytes).toBe(300_000_000);
  expect(config.limits.compile.maximum.memoryBytes).toBe(300_000_000);
});

test("Piston's limits of both stages reach both", () => {
  const { limits } = resolve({ PISTON_MAX_PROCESS_COUNT: "32", PISTON_OUTPUT_MAX_SIZE: "1024" }).config;
  expect([limits.run.default.processes, limits.compile.default.processes]).toEqual([32, 32]);
  expect([limits.run.default.stdoutBytes, limits.compile.default.stderrBytes]).toEqual([1024, 1024]);
});

test.each(["-1", "0"])("%s, endless in Piston, is a finite number here", (value) => {
  const { run } = resolve({ PISTON_RUN_TIMEOUT: value, PISTON_RUN_MEMORY_LIMIT: value }).config.limits;
  expect(run.default.wallTimeMs).toBe(300_000);
  expect(run.default.memoryBytes).toBe(2 * 1024 ** 3);
});

test("its other names become ours", () => {
  const { config } = resolve({
    PISTON_LOG_LEVEL: "DEBUG",
    PISTON_BIND_ADDRESS: "[::]:2001",
    PISTON_DATA_DIRECTORY: "/piston",
    PISTON_MAX_CONCURRENT_JOBS: "8",
    PISTON_DISABLE_NETWORKING: "true",
  });
  expect(config).toMatchObject({
    logLevel: "debug",
    bindAddress: "::",
    port: 2001,
    dataDir: "/piston",
    slots: 8,
  });
});

test("its overrides by language become ours", () => {
  const overrides = '{"c++":{"max_process_count":128,"run_timeout":5000,"compile_memory_limit":-1}}';
  expect(resolve({ PISTON_LIMIT_OVERRIDES: overrides }).config.limitOverrides).toEqual({
    "c++": {
      compile: { processes: 128, memory_bytes: 2 * 1024 ** 3 },
      run: { processes: 128, wall_time_ms: 5000 },
    },
  });
});

test("a network for jobs cannot be had: the start is refused with the reason", () => {
  expect(() => resolve({ PISTON_DISABLE_NETWORKING: "false" })).toThrow(/jobs never have a network here/);
});

test.each([
  ["PISTON_RUN_TIMEOUT", "soon", /PISTON_RUN_TIMEOUT: soon is not a whole number/],
  ["PISTON_BIND_ADDRESS", "2000", /2000 is not ADDRESS:PORT/],
  ["PISTON_LIMIT_OVERRIDES", '{"c":{"max_proces_count":1}}', /Did you mean max_process_count\?/],
  ["PISTON_LIMIT_OVERRIDES", "{", /it is not JSON/],
  ["PISTON_RUNNER_UID_MIN", "5", /runner_uid_min must be >= 1001/],
  ["PISTON_REPO_URL", "repo:8000/index", /repo_url must be an http, https or file url/],
])("%s=%s is refused", (name, value, message) => {
  expect(() => resolve({ [name]: value })).toThrow(message);
});

test("what it has and we do not use is told", () => {
  expect(resolve({ PISTON_CACHE: "x", PISTON_RUN_TIMEOUT: "1" }).notes).toEqual([
    "PISTON_CACHE is set and not used",
  ]);
});
