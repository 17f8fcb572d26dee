import type { TSchema } from "typebox";
import { ConfigShape } from "./config-shape.ts";

/** One key of the configuration that holds a value. */
export interface ConfigKey {
  /** Path in the YAML file, for example `limits.run.default.wall_time_ms`. */
  readonly path: string;
  /** Name in the environment, for example `CRANKCASE_LIMITS_RUN_DEFAULT_WALL_TIME_MS`. */
  readonly env: string;
  readonly schema: TSchema;
  readonly description: string;
  /** Undefined where it depends on the machine, or where the key may stay unset. */
  readonly defaultValue: unknown;
}

interface SchemaNode {
  readonly properties?: Readonly<Record<string, TSchema>>;
  readonly description?: string;
  readonly default?: unknown;
}

/** Every key of the configuration, in the order of its schema. */
export function configKeys(): readonly ConfigKey[] {
  return keysBelow(ConfigShape, []);
}

function keysBelow(schema: TSchema, steps: readonly string[]): ConfigKey[] {
  const { properties, description = "", default: defaultValue } = schema as SchemaNode;
  if (properties !== undefined) {
    return Object.entries(properties).flatMap(([name, inner]) => keysBelow(inner, [...steps, name]));
  }
  const env = `CRANKCASE_${steps.join("_").toUpperCase()}`;
  return [{ path: steps.join("."), env, schema, description, defaultValue }];
}
