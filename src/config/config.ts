import { type CamelKeys, camelKeys } from "../schema/camel-keys.ts";
import { configKeys } from "./config-key.ts";
import type { WrittenConfig } from "./config-shape.ts";
import { deriveSettings, type Machine, runnersAllowed } from "./derived-settings.ts";
import { type Environment, environmentSettings, flagSettings } from "./environment-settings.ts";
import { fitLimits } from "./limit-settings.ts";
import { pistonSettings } from "./piston-settings.ts";
import { invalidConfig, type Setting, type Settings, strongest } from "./setting.ts";
import { trustedProxies } from "./trusted-proxies.ts";
import { yamlSettings } from "./yaml-settings.ts";

/** The configuration as the code sees it: everything present, every limit with its maximum. */
export type Config = CamelKeys<Omit<WrittenConfig, "limit_overrides">> & {
  /** Limits by language, under the names they have in YAML. */
  readonly limitOverrides: WrittenConfig["limit_overrides"];
};

/** What a configuration is made of. */
export interface ConfigSources {
  /** `path` -> text, from the command line. */
  readonly flags: Readonly<Record<string, string | undefined>>;
  readonly env: Environment;
  /** The YAML file; null where there is none. */
  readonly yaml: { readonly text: string; readonly file: string } | null;
  readonly machine: Machine;
}

/** A configuration, and what its reader should know about it. */
export interface ResolvedConfig {
  readonly config: Config;
  /** Sentences for the log: variables that are set and not used. */
  readonly notes: readonly string[];
}

/**
 * Makes the configuration. A flag wins over CRANKCASE_ in the environment, that over the YAML file, that over Piston's
 * own PISTON_ names, and those over the defaults. Throws `invalid_config`.
 */
export function resolveConfig({ flags, env, yaml, machine }: ConfigSources): ResolvedConfig {
  const piston = pistonSettings(env);
  const fromFile = yaml === null ? new Map() : yamlSettings(yaml.text, yaml.file);
  const sources = [
    defaultSettings(),
    piston.settings,
    fromFile,
    environmentSettings(env),
    flagSettings(flags),
  ];
  const settings = strongest(sources);
  deriveSettings(settings, machine);
  fitLimits(settings);
  checkRunners(settings);
  checkProxies(settings);
  checkRole(settings);
  const { limit_overrides: limitOverrides, ...written } = nested(settings) as unknown as WrittenConfig;
  return { config: { ...camelKeys(written), limitOverrides }, notes: piston.notes };
}

function defaultSettings(): Settings {
  const known = configKeys().filter(({ defaultValue }) => defaultValue !== undefined);
  return new Map(known.map(({ path, defaultValue }) => [path, defaultSetting(defaultValue)]));
}

function defaultSetting(value: unknown): Setting {
  return { value, rank: "default", origin: "default" };
}

function checkRunners(settings: ReadonlyMap<string, Setting>): void {
  const allowed = runnersAllowed((path) => settings.get(path)?.value);
  let runners = 0;
  for (const key of ["slots", "ready_jails"]) {
    const setting = settings.get(key);
    runners += Number(setting?.value ?? 0);
    if (setting === undefined || runners <= allowed) continue;
    const sum = key === "slots" ? "" : `, which makes ${runners} with slots`;
    throw invalidConfig(
      setting.origin,
      `${key} is ${setting.value}${sum}, and the runners' uids and gids suffice for ${allowed}`,
    );
  }
}

function checkProxies(settings: ReadonlyMap<string, Setting>): void {
  const proxies = settings.get("trusted_proxies");
  if (proxies !== undefined) trustedProxies(proxies.value as string[], proxies.origin);
}

/** Who runs nothing, or answers nobody, needs others to share jobs with. */
function checkRole(settings: ReadonlyMap<string, Setting>): void {
  const role = settings.get("role");
  if (role === undefined || role.value === "all" || settings.get("store")?.value !== "embedded") return;
  const problem = `role ${role.value} needs a store that others share: set store to redis://HOST:PORT`;
  throw invalidConfig(role.origin, problem, "role");
}

function nested(settings: ReadonlyMap<string, Setting>): Record<string, unknown> {
  const root: Record<string, unknown> = {};
  for (const [path, { value }] of settings) {
    const steps = path.split(".");
    const last = steps.pop() ?? "";
    const parent = steps.reduce<Record<string, unknown>>((at, step) => {
      at[step] ??= {};
      return at[step] as Record<string, unknown>;
    }, root);
    parent[last] = value;
  }
  return root;
}
