import { didYouMean } from "../schema/closest-name.ts";
import { yamlValue } from "../schema/yaml-value.ts";
import { type ConfigKey, configKeys } from "./config-key.ts";
import { checkedSetting, invalidConfig, type Setting, type Settings } from "./setting.ts";

/** Names that begin like ours but are no keys: the file to read, the server that the CLI calls, and its API key. */
const OTHER_NAMES = ["CRANKCASE_CONFIG", "CRANKCASE_URL", "CRANKCASE_KEY"];

/** Variables of an environment. */
export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads every CRANKCASE_ variable. An empty one counts as left out. Throws `invalid_config` for a name that is not
 * known and for a value of the wrong shape.
 */
export function environmentSettings(env: Environment): Settings {
  const keys = new Map(configKeys().map((key) => [key.env, key]));
  const settings = new Map<string, Setting>();
  for (const [name, text] of Object.entries(env)) {
    if (!name.startsWith("CRANKCASE_") || OTHER_NAMES.includes(name)) continue;
    const key = keys.get(name);
    if (key === undefined) throw unknownName(name, [...keys.keys(), ...OTHER_NAMES]);
    if (text) settings.set(key.path, textSetting(key, text, { rank: "environment", origin: name }));
  }
  return settings;
}

/** Reads settings given as `path` -> text on the command line; the same rules and errors. */
export function flagSettings(flags: Readonly<Record<string, string | undefined>>): Settings {
  const keys = new Map(configKeys().map((key) => [key.path, key]));
  const settings = new Map<string, Setting>();
  for (const [path, text] of Object.entries(flags)) {
    const key = keys.get(path);
    if (key === undefined) throw unknownName(path, [...keys.keys()]);
    if (text !== undefined)
      settings.set(path, textSetting(key, text, { rank: "flag", origin: "command line" }));
  }
  return settings;
}

function textSetting(key: ConfigKey, text: string, from: Omit<Setting, "value">): Setting {
  return checkedSetting(key, { value: textValue(key, text, from.origin), ...from });
}

/** A text as the value that its key wants: lists are separated by commas, maps are JSON or YAML. */
function textValue(key: ConfigKey, text: string, origin: string): unknown {
  const { type } = key.schema as { type?: string };
  if (type === undefined || type === "string") return text;
  if (type === "array") return text.split(",").map((item) => item.trim());
  try {
    return yamlValue(text);
  } catch {
    throw invalidConfig(origin, `${key.path} must be JSON or YAML`, key.path);
  }
}

function unknownName(name: string, known: readonly string[]) {
  return invalidConfig(name, `there is no such setting.${didYouMean(name, known)}`, name);
}
