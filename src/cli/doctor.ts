import { readFile } from "node:fs/promises";
import type { Config } from "../config/config.ts";
import type { Environment } from "../config/environment-settings.ts";
import { loadConfig } from "../config/load-config.ts";
import { allChecks } from "../doctor/all-checks.ts";
import type { CheckId } from "../doctor/check-ids.ts";
import { localUrl } from "../doctor/health.ts";
import { realHost } from "../doctor/real-host.ts";
import { runChecks } from "../doctor/run-checks.ts";
import type { Subject } from "../doctor/subject.ts";
import type { CliContext } from "./context.ts";
import { checkLines, countLine } from "./doctor-report.ts";
import { installedVariables } from "./installed-variables.ts";
import { serverAddress } from "./server-address.ts";

/** Options of `crankcase doctor`. */
export interface DoctorOptions {
  readonly only?: readonly CheckId[];
  readonly skip?: readonly CheckId[];
  /** YAML file of the configuration. */
  readonly config?: string;
  readonly url?: string;
  readonly json?: boolean;
}

const START_FILE = "/run/crankcase/start.env";

/**
 * `crankcase doctor`: looks at machine and installation and resolves with the exit code: 0, or 1 when a check failed.
 * Throws `invalid_command` for what can be no key.
 */
export async function doctor(options: DoctorOptions, context: CliContext): Promise<number> {
  const subject = await subjectOf(options, context);
  const { only, skip = [] } = options;
  const checks = allChecks.filter(({ id }) => (only?.includes(id) ?? true) && !skip.includes(id));
  const idWidth = Math.max(...checks.map(({ id }) => id.length));
  const results = await runChecks(checks, {
    subject,
    hostFor: realHost,
    onResult: (result) => options.json || context.stdout.write(checkLines(result, idWidth)),
    stop: context.stop,
  });
  const isOk = results.every(({ status }) => status !== "failed");
  const end = options.json
    ? `${JSON.stringify({ ok: isOk, checks: results }, null, 2)}\n`
    : countLine(results);
  context.stdout.write(end);
  return isOk ? 0 : 1;
}

async function subjectOf(options: DoctorOptions, context: CliContext): Promise<Subject> {
  const { projectDir } = context;
  const env = { ...(await installedVariables()), ...context.env };
  const { config, fault, notes } = await configuration(options.config, env, projectDir);
  const { url, key, isOwn } = await serverAddress(options.url, context.env);
  const knowsItself = await readFile(START_FILE).then(Boolean, () => false);
  const address =
    isOwn && !knowsItself && config.port !== 0 ? localUrl(config.bindAddress, config.port) : url;
  return {
    ...{ config, configFault: fault, notes, projectDir },
    configFile: options.config || env.CRANKCASE_CONFIG || "/etc/crankcase/config.yaml",
    url: address,
    apiKey: key,
  };
}

interface Configuration {
  readonly config: Config;
  readonly fault: string | null;
  readonly notes: readonly string[];
}

/** A configuration that is refused is a finding like others: all else is looked at as if there were none. */
async function configuration(
  file: string | undefined,
  env: Environment,
  projectDir: string,
): Promise<Configuration> {
  try {
    return { ...(await loadConfig({ file, flags: {}, env, projectDir })), fault: null };
  } catch (thrown) {
    const defaults = await loadConfig({ file: "/dev/null", flags: {}, env: {}, projectDir });
    return { ...defaults, fault: thrown instanceof Error ? thrown.message : String(thrown) };
  }
}
