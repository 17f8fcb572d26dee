import { parsePackageDefinition } from "../packages/load-package-index.ts";
import type { Host } from "./host.ts";

/** What the packages of `packages-index/` are made of. */
export interface PackageSources {
  /** Debian's suites. */
  readonly suites: readonly string[];
  /** npm packages, each `NAME@VERSION`. */
  readonly npmPackages: readonly string[];
}

/** Reads the index. Throws `invalid_definition`. */
export async function packageSources(host: Host, projectDir: string): Promise<PackageSources> {
  const folder = `${projectDir}/packages-index`;
  const files = ((await host.list(folder)) ?? []).filter((file) => file.endsWith(".yaml"));
  const texts = await Promise.all(
    files.map(async (file) => [file, await host.readFile(`${folder}/${file}`)] as const),
  );
  const sources = texts
    .flatMap(([file, text]) => parsePackageDefinition(file, text ?? "").versions)
    .map(({ source }) => source);
  const suites = sources.flatMap(({ apt, npm }) => [apt?.suite ?? npm?.suite ?? []].flat());
  const npmPackages = sources.flatMap(({ npm }) =>
    Object.values(npm?.packages ?? {}).map((one) => `${one?.name}@${npm?.version}`),
  );
  return { suites: [...new Set(suites)], npmPackages: [...new Set(npmPackages)] };
}
