import { pino } from "pino";
import { expect, test } from "vitest";
import { configKeys } from "../../src/config/config-key.ts";
import { liveConfig, liveKeys } from "../../src/daemon/live-config.ts";
import { reloader } from "../../src/daemon/reload.ts";
import { CrankcaseError } from "../../src/errors/crankcase-error.ts";
import { resolveJob } from "../../src/jobs/resolve-job.ts";
import { sampleCatalogue, sampleConfig } from "../jobs/sample-runtimes.ts";

const CHANGED = {
  CRANKCASE_LIMITS_RUN_DEFAULT_WALL_TIME_MS: "1234",
  CRANKCASE_LIMIT_OVERRIDES: '{"c":{"run":{"processes":99}}}',
  CRANKCASE_ALLOWED_ORIGINS: "https://new.example",
  CRANKCASE_ADDRESS_RATE_PER_MINUTE: "7",
  CRANKCASE_LOG_LEVEL: "error",
  CRANKCASE_PORT: "4000",
};

test("what may change counts at once, also for those who hold the values already", () => {
  const live = liveConfig(sampleConfig());
  const { limits, rates } = live;
  const { allowedOrigins } = live.origins;
  live.apply(sampleConfig(CHANGED));
  const job = resolveJob(
    "id",
    { language: "python", files: [{ content: "" }] },
    { catalogue: sampleCatalogue(), limits },
  );
  expect(job.limits.run.wallTimeMs).toBe(1234);
  expect(limits.limitOverrides).toEqual({ c: { run: { processes: 99 } } });
  expect(allowedOrigins).toEqual(["https://new.example"]);
  expect(rates.addressRatePerMinute).toBe(7);
});

test("a reload tells what changed, and what needs a restart as long as it differs from the start", () => {
  const live = liveConfig(sampleConfig());
  expect(live.apply(sampleConfig(CHANGED))).toEqual({
    applied: [
      "allowed_origins",
      "address_rate_per_minute",
      "log_level",
      "limits.run.default.wall_time_ms",
      "limit_overrides",
    ],
    restart: ["port"],
  });
  expect(live.apply(sampleConfig(CHANGED))).toEqual({ applied: [], restart: ["port"] });
  expect(live.apply(sampleConfig()).restart).toEqual([]);
});

test("every key that is said to change while the server runs is one of the configuration's", () => {
  const paths = configKeys().map(({ path }) => path);
  for (const key of liveKeys)
    expect(paths.some((path) => path === key || path.startsWith(`${key}.`))).toBe(true);
});

test("a configuration that is refused leaves everything as it was, and the log says why", async () => {
  const lines: string[] = [];
  const log = pino({ level: "info" }, { write: (line) => void lines.push(line) });
  const live = liveConfig(sampleConfig());
  const refusals = [new CrankcaseError("invalid_config", "config.yaml: slotz is not known."), null];
  const reload = reloader({
    live,
    log,
    catalogue: { reload: () => Promise.resolve() },
    loadConfig: async () => {
      const refusal = refusals.shift();
      if (refusal) throw refusal;
      return { config: sampleConfig({ CRANKCASE_LOG_LEVEL: "warn" }), notes: ["a note"] };
    },
  });
  await expect(reload()).rejects.toThrow("slotz is not known");
  expect(log.level).toBe("info");
  expect(lines.join("")).toContain("everything stays as it was: config.yaml: slotz is not known.");
  expect(await reload()).toEqual({ applied: ["log_level"], restart: [], warnings: ["a note"] });
  expect(log.level).toBe("warn");
});

test("definitions that are refused leave the configuration as it was, too", async () => {
  const live = liveConfig(sampleConfig());
  const reload = reloader({
    live,
    log: pino({ level: "silent" }),
    catalogue: { reload: () => Promise.reject(new CrankcaseError("invalid_definition", "python.yaml")) },
    loadConfig: () => Promise.resolve({ config: sampleConfig(CHANGED), notes: [] }),
  });
  await expect(reload()).rejects.toThrow("python.yaml");
  expect(live.rates.addressRatePerMinute).toBe(sampleConfig().addressRatePerMinute);
});
