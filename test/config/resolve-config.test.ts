import { expect, test } from "vitest";
import { type ConfigSources, resolveConfig } from "../../src/config/config.ts";
import { CrankcaseError } from "../../src/errors/crankcase-error.ts";

const machine = { cores: 2, memoryBytes: 4_000_000_000, projectDir: "/opt/crankcase" };

interface Given {
  readonly flags?: ConfigSources["flags"];
  readonly env?: ConfigSources["env"];
  readonly yaml?: string;
}

function resolve({ flags = {}, env = {}, yaml }: Given = {}) {
  const file = yaml === undefined ? null : { text: yaml, file: "config.yaml" };
  return resolveConfig({ flags, env, yaml: file, machine });
}

function refusal(given: Given): string {
  try {
    resolve(given);
  } catch (error) {
    expect(error).toBeInstanceOf(CrankcaseError);
    expect((error as CrankcaseError).code).toBe("invalid_config");
    return (error as Error).message;
  }
  throw new Error("the configuration was accepted");
}

test("without any setting the defaults hold, some of them by the machine", () => {
  const { config } = resolve();
  expect(config).toMatchObject({
    bindAddress: "127.0.0.1",
    port: 2000,
    dataDir: "/var/lib/crankcase",
    runDir: "/run/crankcase/default",
    executionersDir: "/opt/crankcase/executioners",
    jailerPath: "/opt/crankcase/jailer/build/jailer",
    slots: 16,
    concurrentCompiles: 2,
    concurrentRuns: 4,
    runnerUidMin: 66_000,
    runnerGidMin: 66_000,
    jobsMemoryBytes: 3_000_000_000,
  });
  expect(config.limits.run.default.wallTimeMs).toBe(3_000);
  expect(config.limits.run.maximum.wallTimeMs).toBe(3_000);
  expect(config.limits.compile.default.memoryBytes).toBe(1024 ** 3);
  expect(config.limits.run.default.stdoutBytes).toBe(65_536);
});

test("a flag wins over the environment, that over YAML, that over Piston's names, those over the default", () => {
  const PISTON_BIND_ADDRESS = "0.0.0.0:2001";
  const yaml = "port: 2002";
  const env = { PISTON_BIND_ADDRESS, CRANKCASE_PORT: "2003" };
  expect(resolve({ env: { PISTON_BIND_ADDRESS } }).config.port).toBe(2001);
  expect(resolve({ env: { PISTON_BIND_ADDRESS }, yaml }).config.port).toBe(2002);
  expect(resolve({ env, yaml }).config.port).toBe(2003);
  expect(resolve({ env, yaml, flags: { port: "2004" } }).config.port).toBe(2004);
  expect(resolve({ env, yaml }).config.bindAddress).toBe("0.0.0.0");
});

test("an empty variable and a key with nothing behind it count as left out", () => {
  expect(
    resolve({ env: { CRANKCASE_PORT: "", PISTON_RUN_TIMEOUT: "" }, yaml: "limits:\nport:\n" }).config.port,
  ).toBe(2000);
});

test("what is not known is refused, with the name that was probably meant", () => {
  expect(refusal({ yaml: "bind_adress: 0.0.0.0" })).toBe(
    "config.yaml: bind_adress is not known. Did you mean bind_address?",
  );
  expect(refusal({ yaml: "limits: {run: {default: {wall_tme_ms: 1}}}" })).toContain(
    "Did you mean limits.run.default.wall_time_ms?",
  );
  expect(refusal({ env: { CRANKCASE_PROT: "1" } })).toContain("Did you mean CRANKCASE_PORT?");
  expect(refusal({ yaml: "limit_overrides: {python: {run: {memory: 1}}}" })).toContain(
    "limit_overrides.python.run.memory",
  );
  expect(refusal({ yaml: "limits: {run: 5}" })).toContain("limits.run must hold keys of its own");
  expect(refusal({ yaml: "nothing:" })).toContain("nothing is not known");
});

test("a value of the wrong shape is refused with its origin and key", () => {
  expect(refusal({ env: { CRANKCASE_PORT: "many" } })).toBe("CRANKCASE_PORT: port must be integer");
  expect(refusal({ yaml: "port: 70000" })).toContain("config.yaml: port must be <= 65535");
  expect(refusal({ yaml: "limits: {run: {maximum: {wall_time_ms: 0}}}" })).toContain(
    "limits.run.maximum.wall_time_ms",
  );
  expect(refusal({ env: { CRANKCASE_LOG_LEVEL: "loud" } })).toContain("CRANKCASE_LOG_LEVEL");
  expect(refusal({ yaml: "- a" })).toContain("`key: value`");
  expect(refusal({ yaml: "a: [" })).toContain("it is not YAML");
});

test("what the jailer would refuse is refused before it starts", () => {
  expect(refusal({ yaml: "runner_uid_min: 1000" })).toContain("runner_uid_min must be >= 1001");
  expect(refusal({ yaml: "runner_gid_min: 1000" })).toContain("runner_gid_min must be >= 1001");
  expect(refusal({ yaml: "jobs_memory_bytes: 67108863" })).toContain("jobs_memory_bytes must be >= 67108864");
});

test("lists are separated by commas in the environment, maps are JSON", () => {
  const { config } = resolve({
    env: {
      CRANKCASE_ALLOWED_ORIGINS: "https://a.example, https://b.example",
      CRANKCASE_LIMIT_OVERRIDES: '{"c++":{"run":{"processes":128}}}',
    },
  });
  expect(config.allowedOrigins).toEqual(["https://a.example", "https://b.example"]);
  expect(config.limitOverrides).toEqual({ "c++": { run: { processes: 128 } } });
});

test("a default above a maximum that nobody set raises it, and a maximum below such a default lowers it", () => {
  const raised = resolve({ env: { CRANKCASE_LIMITS_RUN_DEFAULT_WALL_TIME_MS: "9000" } }).config.limits.run;
  expect([raised.default.wallTimeMs, raised.maximum.wallTimeMs]).toEqual([9000, 9000]);
  const lowered = resolve({ yaml: "limits: {run: {maximum: {wall_time_ms: 1000}}}" }).config.limits.run;
  expect([lowered.default.wallTimeMs, lowered.maximum.wallTimeMs]).toEqual([1000, 1000]);
  const yaml = "limits: {run: {default: {wall_time_ms: 2000}, maximum: {wall_time_ms: 1000}}}";
  expect(refusal({ yaml })).toContain(
    "limits.run.default.wall_time_ms is above limits.run.maximum.wall_time_ms (1000)",
  );
});

test("the runners' range bounds the slots", () => {
  expect(
    resolve({ env: { PISTON_RUNNER_UID_MIN: "1001", PISTON_RUNNER_UID_MAX: "1010" } }).config.slots,
  ).toBe(10);
  expect(refusal({ yaml: "slots: 12\nrunner_uid_max: 66009" })).toContain("suffice for 10");
});

test("jails ahead get the runners that the slots leave", () => {
  const ready = (given: Given) => resolve(given).config.readyJails;
  expect(ready({})).toBe(32);
  expect(ready({ yaml: "slots: 12\nrunner_uid_max: 66019" })).toBe(8);
  expect(ready({ yaml: "slots: 4096" })).toBe(0);
  expect(refusal({ yaml: "slots: 4\nready_jails: 7\nrunner_uid_max: 66009" })).toContain(
    "ready_jails is 7, which makes 11 with slots, and the runners' uids and gids suffice for 10",
  );
});

test("interpreters ahead take an eighth of the jobs' memory unless it is written out", () => {
  expect(resolve({ yaml: "jobs_memory_bytes: 800000000" }).config.aheadMemoryBytes).toBe(100_000_000);
  expect(resolve({ yaml: "ahead_memory_bytes: 0" }).config.aheadMemoryBytes).toBe(0);
});

test.each([
  ["127.0.0.1", false],
  ["127.3.4.5", false],
  ["::1", false],
  ["localhost", false],
  ["0.0.0.0", true],
  ["::", true],
  ["192.168.1.2", true],
  ["127.evil.example", true],
])("where the server listens on %s, keys are required: %s", (bind_address, required) => {
  expect(resolve({ flags: { bind_address } }).config.requireKey).toBe(required);
});

test("whether keys are required can be written out, and the CLI's own variables are no settings", () => {
  const env = { CRANKCASE_REQUIRE_KEY: "true", CRANKCASE_KEY: "ck_x", CRANKCASE_URL: "http://127.0.0.1:1" };
  expect(resolve({ env }).config).toMatchObject({ requireKey: true, keysFile: "/etc/crankcase/keys.json" });
  expect(resolve({ yaml: "bind_address: 0.0.0.0\nrequire_key: false" }).config.requireKey).toBe(false);
});

test("rates hold by themselves where the server is public, and can be written out either way", () => {
  const rates = (given: Given) => {
    const { addressRatePerMinute, keyRatePerMinute } = resolve(given).config;
    return [addressRatePerMinute, keyRatePerMinute];
  };
  expect(rates({})).toEqual([0, 0]);
  expect(rates({ yaml: "bind_address: 0.0.0.0" })).toEqual([600, 3000]);
  expect(rates({ yaml: "key_rate_per_minute: 5" })).toEqual([0, 5]);
  expect(rates({ yaml: "bind_address: '::'\naddress_rate_per_minute: 0" })).toEqual([0, 3000]);
});

test("a client's share of the queue is the whole of it unless it is written out", () => {
  expect(resolve({ yaml: "queue_bound: 5" }).config.queueBoundPerClient).toBe(5);
  expect(resolve({ yaml: "queue_bound_per_client: 3" }).config.queueBoundPerClient).toBe(3);
});

test.each(["proxy.example", "10.0.0.0/33", "10.0.0.0/8/8", "10.0.0.0/", "1.2.3", ""])(
  "a trusted proxy %j is refused before the start",
  (proxy) => {
    const yaml = `trusted_proxies: [127.0.0.1, '::1', 10.0.0.0/8, 'fd00::/8', ${JSON.stringify(proxy)}]`;
    expect(refusal({ yaml })).toMatch(/^config\.yaml: trusted_proxies/);
  },
);

test.each(["https://a.example/", "a.example", "*", "https://*.example"])(
  "an allowed origin %j is refused",
  (origin) => {
    expect(refusal({ yaml: `allowed_origins: ['${origin}']` })).toContain("must be an origin such as");
  },
);
