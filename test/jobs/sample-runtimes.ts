import { type Config, resolveConfig } from "../../src/config/config.ts";
import { type Catalogue, makeCatalogue } from "../../src/runtimes/catalogue.ts";
import type { LoadedDefinition } from "../../src/runtimes/join-definitions.ts";
import type { PackageManifest } from "../../src/runtimes/package-manifest.ts";

/** The default configuration of a machine with two cores, with some settings put on top by their environment names. */
export function sampleConfig(env: Readonly<Record<string, string>> = {}): Config {
  const machine = { cores: 2, memoryBytes: 4_000_000_000, projectDir: "/opt/crankcase" };
  return resolveConfig({ flags: {}, env, yaml: null, machine }).config;
}

/** Python in two versions, C with its compile stage and limits of its own, and `file`. */
export function sampleCatalogue(): Catalogue {
  return makeCatalogue(
    [
      definition("python", {
        aliases: ["py"],
        package: "python",
        main_file: "main.py",
        file_endings: [".py"],
      }),
      definition(
        "c",
        {
          package: "gcc",
          runtime: "gcc",
          main_file: "main.c",
          file_endings: [".c"],
          environment: { CC: "gcc" },
          compiler_flags: true,
          limit_overrides: { compile: { wall_time_ms: 15_000, processes: 32 } },
        },
        true,
      ),
      definition("file", { package: "bash", main_file: "main", file_endings: [] }),
    ],
    [
      manifest("python", "3.9.2-3"),
      manifest("python", "3.13.5"),
      manifest("gcc", "14.2"),
      manifest("bash", "5.2.37"),
    ],
  );
}

function definition(
  language: string,
  rest: Omit<LoadedDefinition["definition"], "language" | "tests">,
  hasCompile = false,
): LoadedDefinition {
  return { definition: { language, tests: [], ...rest }, hasCompile };
}

function manifest(name: string, version: string): PackageManifest {
  const layers = [`${name}/${version}`];
  const made = { architecture: "amd64", suite: "trixie", files: [], builtAt: "2026-01-01T00:00:00Z" };
  return { format: 1, name, version, base: "trixie", layers, ...made };
}
