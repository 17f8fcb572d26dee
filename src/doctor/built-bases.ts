import type { Host } from "./host.ts";

/** A base below the data folder. */
export interface BuiltBase {
  readonly suite: string;
  /** Lines of sources.list(5). */
  readonly sources: readonly string[];
}

/** Bases that have a manifest. Throws SyntaxError where one is no JSON. */
export async function builtBases(host: Host, dataDir: string): Promise<BuiltBase[]> {
  const bases: BuiltBase[] = [];
  for (const suite of (await host.list(`${dataDir}/bases`)) ?? []) {
    const text = await host.readFile(`${dataDir}/bases/${suite}/manifest.json`);
    if (text !== null) bases.push({ suite, sources: JSON.parse(text).sources ?? [] });
  }
  return bases;
}
