import { didYouMean } from "../schema/closest-name.ts";
import { yamlValue } from "../schema/yaml-value.ts";
import { type ConfigKey, configKeys } from "./config-key.ts";
import { checkedSetting, invalidConfig, type Setting, type Settings } from "./setting.ts";

/**
 * Reads the text of a YAML file. Throws `invalid_config` for text that is not YAML, for a key that is not known, and
 * for a value of the wrong shape. A key with nothing behind it counts as left out.
 */
export function yamlSettings(text: string, file: string): Settings {
  const settings = new Map<string, Setting>();
  const content = parseYaml(text, file) ?? {};
  if (!isMapping(content)) throw invalidConfig(file, "the file must hold `key: value` lines");
  collect(content, "", { file, settings, keys: new Map(configKeys().map((key) => [key.path, key])) });
  return settings;
}

interface Collected {
  readonly file: string;
  readonly settings: Map<string, Setting>;
  readonly keys: ReadonlyMap<string, ConfigKey>;
}

function collect(mapping: Record<string, unknown>, prefix: string, into: Collected): void {
  for (const [name, value] of Object.entries(mapping)) {
    const path = `${prefix}${name}`;
    const key = into.keys.get(path);
    if (value === null) requireKnown(path, into);
    else if (key !== undefined) {
      into.settings.set(path, checkedSetting(key, { value, rank: "yaml", origin: into.file }));
    } else {
      requireKnown(path, into);
      if (!isMapping(value)) throw invalidConfig(into.file, `${path} must hold keys of its own`, path);
      collect(value, `${path}.`, into);
    }
  }
}

/** Throws unless the path is a key or leads to some. */
function requireKnown(path: string, { file, keys }: Collected): void {
  const paths = [...keys.keys()];
  if (paths.some((known) => known === path || known.startsWith(`${path}.`))) return;
  const groups = paths.flatMap((known) => [known, known.slice(0, known.lastIndexOf("."))]);
  throw invalidConfig(file, `${path} is not known.${didYouMean(path, groups)}`, path);
}

function parseYaml(text: string, file: string): unknown {
  try {
    return yamlValue(text);
  } catch (cause) {
    throw invalidConfig(file, `it is not YAML: ${cause instanceof Error ? cause.message : cause}`);
  }
}

function isMapping(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
