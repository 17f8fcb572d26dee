import { parsePackageDefinition } from "../packages/load-package-index.ts";
import type { Host } from "./host.ts";

/** The npm packages of `packages-index/`, each as `NAME@VERSION`. Throws `invalid_definition`. */
export async function indexedNpmPackages(host: Host, projectDir: string): Promise<string[]> {
  const folder = `${projectDir}/packages-index`;
  const files = ((await host.list(folder)) ?? []).filter((file) => file.endsWith(".yaml"));
  const texts = await Promise.all(
    files.map(async (file) => [file, await host.readFile(`${folder}/${file}`)] as const),
  );
  const sources = texts
    .flatMap(([file, text]) => parsePackageDefinition(file, text ?? "").versions)
    .map(({ source }) => source);
  const npmPackages = sources.flatMap(({ npm = [] }) => npm.map(({ name, version }) => `${name}@${version}`));
  return [...new Set(npmPackages)];
}
