import type { RuntimeInfo } from "./runtime-info.ts";

/** Every name under which a language can be asked for, aliases too; some may be there twice. Pure. */
export function languageNames(
  runtimes: readonly (Pick<RuntimeInfo, "language"> & { readonly aliases: readonly string[] })[],
): string[] {
  return runtimes.flatMap(({ language, aliases }) => [language, ...aliases]);
}
