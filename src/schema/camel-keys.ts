type Camel<Text extends string> = Text extends `${infer Head}_${infer Tail}`
  ? `${Head}${Capitalize<Camel<Tail>>}`
  : Text;

/** The same value with camelCase keys at every depth; arrays stay as they are. */
export type CamelKeys<Value> = Value extends readonly unknown[]
  ? Value
  : Value extends object
    ? { [Key in keyof Value as Key extends string ? Camel<Key> : Key]: CamelKeys<Value[Key]> }
    : Value;

/**
 * Turns the snake_case keys of YAML and JSON into the camelCase of the code, at every depth. Not for maps whose keys
 * are data, such as names of languages.
 */
export function camelKeys<Value extends object>(value: Value): CamelKeys<Value> {
  const entries = Object.entries(value).map(([key, inner]) => [
    camelCase(key),
    isRecord(inner) ? camelKeys(inner) : inner,
  ]);
  return Object.fromEntries(entries) as CamelKeys<Value>;
}

/** One snake_case name in camelCase. */
export function camelCase(key: string): string {
  return key.replace(/_([a-z0-9])/g, (_match, letter: string) => letter.toUpperCase());
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
