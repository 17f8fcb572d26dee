import { readFile } from "node:fs/promises";
import { cpus, totalmem } from "node:os";
import { type ResolvedConfig, resolveConfig } from "./config.ts";
import type { Environment } from "./environment-settings.ts";
import { invalidConfig } from "./setting.ts";

/** Where the file lies when nobody names one; it need not exist. */
const DEFAULT_FILE = "/etc/crankcase/config.yaml";

/** What the command line and the environment say of the configuration. */
export interface ConfigRequest {
  /** File named by --config; wins over CRANKCASE_CONFIG. */
  readonly file?: string | undefined;
  readonly flags: Readonly<Record<string, string | undefined>>;
  readonly env: Environment;
  readonly projectDir: string;
}

/** Reads the configuration of this machine. Throws `invalid_config`, also when a file that was named cannot be read. */
export async function loadConfig({ file, flags, env, projectDir }: ConfigRequest): Promise<ResolvedConfig> {
  const machine = { cores: cpus().length, memoryBytes: totalmem(), projectDir };
  const yaml = await readYaml(file ?? env.CRANKCASE_CONFIG);
  return resolveConfig({ flags, env, yaml, machine });
}

async function readYaml(named: string | undefined): Promise<{ text: string; file: string } | null> {
  const file = named || DEFAULT_FILE;
  try {
    return { text: await readFile(file, "utf8"), file };
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code;
    if (code === "ENOENT" && !named) return null;
    throw invalidConfig(file, `the file cannot be read (${code})`);
  }
}
