import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { resolveConfig } from "../../src/config/config.ts";
import { PROJECT_DIR } from "../support/test-data.ts";

const UNITS = join(PROJECT_DIR, "systemd");

const services = readdirSync(UNITS).filter((unit) => unit.endsWith(".service"));

test.each(services)("the operator's variables reach %s", (unit) => {
  const lines = readFileSync(join(UNITS, unit), "utf8").split("\n");
  expect(lines).toContain("EnvironmentFile=-/etc/crankcase/environment");
});

test("systemd gives the daemon more time to stop than the daemon gives its jobs", () => {
  const machine = { cores: 2, memoryBytes: 2 ** 32, projectDir: PROJECT_DIR };
  const { config } = resolveConfig({ flags: {}, env: {}, yaml: null, machine });
  const unit = readFileSync(join(UNITS, "crankcase.service"), "utf8");
  const stopSeconds = Number(/^TimeoutStopSec=(\d+)$/m.exec(unit)?.[1]);
  expect(stopSeconds * 1000).toBeGreaterThan(config.shutdownGraceMs + 10_000);
});
