import type { PackageInfo } from "../../api/package-info.ts";
import { CrankcaseError } from "../../errors/crankcase-error.ts";
import { didYouMean } from "../../schema/closest-name.ts";
import type { CliContext } from "../context.ts";
import { type PackagesOptions, packagesApi } from "./packages-api.ts";

/** Options of `crankcase packages list`. */
export interface ListOptions extends PackagesOptions {
  readonly installed?: boolean;
}

/** `crankcase packages list`: everything, or what is installed. */
export async function list(options: ListOptions, context: CliContext): Promise<number> {
  const packages = await (await packagesApi(options, context)).packages();
  show(options.installed === true ? packages.filter((it) => it.installed) : packages, options, context);
  return 0;
}

/** `crankcase packages search TEXT`: packages with the text in their name or a language's; 1 where there is none. */
export async function search(text: string, options: PackagesOptions, context: CliContext): Promise<number> {
  const packages = await (await packagesApi(options, context)).packages();
  const wanted = text.toLowerCase();
  const found = packages.filter(({ name, languages }) =>
    [name, ...languages].some((it) => it.includes(wanted)),
  );
  show(found, options, context);
  if (found.length === 0) context.stderr.write(`nothing is called like that.${closest(text, packages)}\n`);
  return found.length === 0 ? 1 : 0;
}

/** `crankcase packages info NAME`: all that is known of a package. Throws `unknown_package`. */
export async function info(name: string, options: PackagesOptions, context: CliContext): Promise<number> {
  const packages = await (await packagesApi(options, context)).packages();
  const found = packages.filter((it) => it.name === name || it.languages.includes(name));
  const [first] = found;
  if (first === undefined) {
    throw new CrankcaseError("unknown_package", `There is no package ${name}.${closest(name, packages)}`);
  }
  if (options.json) context.stdout.write(`${JSON.stringify(found, null, 2)}\n`);
  else {
    const versions = found.map(
      ({ version, installed, suite, size_mb: size }) =>
        `${version.padEnd(12)} ${installed ? "installed" : "         "}  of ${suite}${size === null ? "" : `, ${size} MB`}`,
    );
    context.stdout.write(`${first.name}\nlanguages  ${first.languages.join(", ")}\n`);
    context.stdout.write(`${versions.join("\n")}\n`);
  }
  return 0;
}

function closest(name: string, packages: readonly PackageInfo[]): string {
  return didYouMean(name, [...new Set(packages.flatMap((it) => [it.name, ...it.languages]))]);
}

function show(packages: readonly PackageInfo[], { json }: PackagesOptions, { stdout }: CliContext): void {
  if (json) {
    stdout.write(`${JSON.stringify(packages, null, 2)}\n`);
    return;
  }
  for (const { name, version, installed, languages, size_mb: size } of packages) {
    const mb = size === null ? "" : `${size} MB`;
    const brings = languages.join(", ");
    const columns = [
      name.padEnd(20),
      version.padEnd(12),
      installed ? "installed" : "         ",
      mb.padStart(8),
    ];
    stdout.write(`${columns.join(" ")}  ${brings}\n`);
  }
}
