import fc from "fast-check";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { stringify } from "yaml";
import { type ConfigSources, resolveConfig } from "../../src/config/config.ts";
import { configKeys } from "../../src/config/config-key.ts";
import { CrankcaseError } from "../../src/errors/crankcase-error.ts";
import { PATIENCE_MS, runs } from "./runs.ts";
import { anyText } from "./texts.ts";

vi.setConfig({ testTimeout: PATIENCE_MS });

/** What it says of YAML that is strange. */
beforeEach(() => {
  vi.spyOn(process, "emitWarning").mockReturnValue();
});

afterEach(() => {
  vi.restoreAllMocks();
});

const machine = { cores: 2, memoryBytes: 4_000_000_000, projectDir: "/opt/crankcase" };
const KEYS = configKeys();

/** The configuration, or the refusal that is meant for whoever wrote it. */
function resolve(sources: Partial<ConfigSources>) {
  try {
    return { config: resolveConfig({ flags: {}, env: {}, yaml: null, machine, ...sources }).config };
  } catch (error) {
    expect(error).toBeInstanceOf(CrankcaseError);
    expect((error as CrankcaseError).code).toBe("invalid_config");
    return { refusal: error as CrankcaseError };
  }
}

/** Values that somebody may write, most of them of the wrong kind. */
const value = fc.oneof(
  fc.integer({ min: -2, max: 70_000 }),
  fc.maxSafeInteger(),
  fc.double(),
  fc.boolean(),
  fc.constantFrom(null, "", "0", "127.0.0.1", "::", "/a", "info", "x".repeat(5_000), [], {}, [1], ["a", "a"]),
  fc.string({ maxLength: 20 }),
  fc.array(fc.string({ maxLength: 5 }), { maxLength: 3 }),
  fc.dictionary(
    fc.constantFrom("python", "run", "compile", "__proto__", "constructor", "wall_time_ms"),
    fc.anything({ maxDepth: 2 }),
  ),
);

const key = fc.constantFrom(...KEYS);

/** `a.b.c` as mappings in each other. */
function nest(path: string, inner: unknown): Record<string, unknown> {
  return path.split(".").reduceRight<unknown>((below, step) => ({ [step]: below }), inner) as Record<
    string,
    unknown
  >;
}

test("a value in YAML is taken, or refused by a message that names file and key", () => {
  const property = fc.property(key, value, ({ path }, given) => {
    const text = stringify(nest(path, given), { aliasDuplicateObjects: false });
    const { refusal } = resolve({ yaml: { text, file: "config.yaml" } });
    if (refusal === undefined) return;
    expect(refusal.message).toContain("config.yaml");
    expect([text, refusal.message]).toEqual([text, expect.stringContaining(path.split(".")[0] ?? path)]);
  });
  fc.assert(property, runs(600));
});

test("a value in the environment is taken, or refused by a message that names its variable", () => {
  const property = fc.property(key, fc.oneof(fc.json(), fc.string(), anyText), ({ env }, text) => {
    const { refusal } = resolve({ env: { [env]: text } });
    if (refusal !== undefined) expect([text, refusal.message]).toEqual([text, expect.stringContaining(env)]);
  });
  fc.assert(property, runs(600));
});

test("any text as the file is a configuration or refused, and changes no object of everybody's", () => {
  const line = fc.tuple(
    fc.oneof(
      key.map(({ path }) => path),
      fc.string(),
      fc.constantFrom("__proto__", "&a", "*a", "<<"),
    ),
    fc.json(),
  );
  const lines = fc
    .array(line, { maxLength: 6 })
    .map((all) => all.map(([name, text]) => `${name}: ${text}`).join("\n"));
  const property = fc.property(fc.oneof(anyText, lines, fc.string()), (text) => {
    resolve({ yaml: { text, file: "config.yaml" } });
    expect(Object.keys(Object.prototype)).toEqual([]);
  });
  fc.assert(property, runs(500));
});

test("a name of the environment that is no key is refused by its name", () => {
  const property = fc.property(
    fc.string({ unit: fc.constantFrom(..."ABC_1"), minLength: 1, maxLength: 12 }),
    (rest) => {
      const name = `CRANKCASE_${rest}`;
      fc.pre(!KEYS.some(({ env }) => env === name));
      expect(resolve({ env: { [name]: "1" } }).refusal?.message).toContain(name);
    },
  );
  fc.assert(property, runs(150));
});
