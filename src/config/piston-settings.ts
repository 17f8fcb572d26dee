import type { StageLimitsShape } from "../schema/limits.ts";
import { configKeys } from "./config-key.ts";
import { finiteLimits } from "./default-limits.ts";
import type { Environment } from "./environment-settings.ts";
import { pistonOverrides } from "./piston-overrides.ts";
import { checkedSetting, invalidConfig, type Setting, type Settings } from "./setting.ts";

/** Piston's variables that become settings of ours, and what each means. */
const READERS: Readonly<Record<string, (text: string, name: string) => Readonly<Record<string, unknown>>>> = {
  PISTON_LOG_LEVEL: (text) => ({ log_level: text === "NONE" ? "silent" : text.toLowerCase() }),
  PISTON_BIND_ADDRESS: bindAddress,
  PISTON_DATA_DIRECTORY: (text) => ({ data_dir: text }),
  PISTON_REPO_URL: (text) => ({ repo_url: text }),
  PISTON_RUNNER_UID_MIN: (text, name) => ({ runner_uid_min: number(text, name) }),
  PISTON_RUNNER_UID_MAX: (text, name) => ({ runner_uid_max: number(text, name) }),
  PISTON_RUNNER_GID_MIN: (text, name) => ({ runner_gid_min: number(text, name) }),
  PISTON_RUNNER_GID_MAX: (text, name) => ({ runner_gid_max: number(text, name) }),
  PISTON_DISABLE_NETWORKING: networking,
  PISTON_MAX_CONCURRENT_JOBS: (text, name) => ({ slots: number(text, name) }),
  PISTON_MAX_PROCESS_COUNT: (text, name) => limit(["compile", "run"], ["processes"], number(text, name)),
  PISTON_MAX_OPEN_FILES: (text, name) => limit(["compile", "run"], ["open_files"], number(text, name)),
  PISTON_MAX_FILE_SIZE: (text, name) => limit(["compile", "run"], ["file_size_bytes"], number(text, name)),
  PISTON_OUTPUT_MAX_SIZE: (text, name) =>
    limit(["compile", "run"], ["stdout_bytes", "stderr_bytes"], number(text, name)),
  PISTON_COMPILE_TIMEOUT: (text, name) => limit(["compile"], ["wall_time_ms"], number(text, name)),
  PISTON_RUN_TIMEOUT: (text, name) => limit(["run"], ["wall_time_ms"], number(text, name)),
  PISTON_COMPILE_CPU_TIME: (text, name) => limit(["compile"], ["cpu_time_ms"], number(text, name)),
  PISTON_RUN_CPU_TIME: (text, name) => limit(["run"], ["cpu_time_ms"], number(text, name)),
  PISTON_COMPILE_MEMORY_LIMIT: (text, name) => limit(["compile"], ["memory_bytes"], number(text, name)),
  PISTON_RUN_MEMORY_LIMIT: (text, name) => limit(["run"], ["memory_bytes"], number(text, name)),
  PISTON_LIMIT_OVERRIDES: (text, name) => ({ limit_overrides: pistonOverrides(text, name) }),
};

/** Names of Piston's variables that are honoured. */
export const pistonNames: readonly string[] = Object.keys(READERS);

/** Reads the PISTON_ variables of somebody who moves here. What is not used is told in `notes`. */
export function pistonSettings(env: Environment): { settings: Settings; notes: string[] } {
  const settings = new Map<string, Setting>();
  const notes: string[] = [];
  for (const [name, text] of Object.entries(env)) {
    if (!name.startsWith("PISTON_") || !text) continue;
    const read = READERS[name];
    if (read === undefined) notes.push(`${name} is set and not used`);
    else addSettings(settings, name, read(text, name));
  }
  return { settings, notes };
}

function addSettings(
  settings: Map<string, Setting>,
  origin: string,
  values: Readonly<Record<string, unknown>>,
): void {
  const keys = new Map(configKeys().map((key) => [key.path, key]));
  for (const [path, value] of Object.entries(values)) {
    const key = keys.get(path);
    if (key !== undefined) settings.set(path, checkedSetting(key, { value, rank: "piston", origin }));
  }
}

/** Piston's configured limit is default and maximum at once; -1 and 0 mean "endless", which is a finite number here. */
function limit(
  stages: readonly ("compile" | "run")[],
  names: readonly (keyof typeof finiteLimits & keyof typeof StageLimitsShape.properties)[],
  value: number,
): Readonly<Record<string, number>> {
  const paths = stages.flatMap((stage) => names.map((name) => ({ stage, name })));
  const values = paths.flatMap(({ stage, name }) => {
    const finite = value <= 0 ? finiteLimits[name] : value;
    return [
      [`limits.${stage}.default.${name}`, finite],
      [`limits.${stage}.maximum.${name}`, finite],
    ];
  });
  return Object.fromEntries(values);
}

function number(text: string, name: string): number {
  const value = Number(text);
  if (Number.isInteger(value)) return value;
  throw invalidConfig(name, `${text} is not a whole number`, name);
}

function bindAddress(text: string, name: string): Readonly<Record<string, unknown>> {
  const [, host = "", port = ""] = /^\[?(.*?)\]?:(\d+)$/.exec(text) ?? [];
  if (host === "") throw invalidConfig(name, `${text} is not ADDRESS:PORT`, name);
  return { bind_address: host, port: Number(port) };
}

function networking(text: string, name: string): Readonly<Record<string, unknown>> {
  if (text.toLowerCase() !== "false") return {};
  throw invalidConfig(
    name,
    "jobs never have a network here, so that false cannot be honoured. Take the variable away to start.",
    name,
  );
}
