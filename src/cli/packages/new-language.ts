import { access, chmod, mkdir, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import type { Config } from "../../config/config.ts";
import { loadConfig } from "../../config/load-config.ts";
import { CrankcaseError } from "../../errors/crankcase-error.ts";
import { parsePackageDefinition } from "../../packages/load-package-index.ts";
import { loadSuites, requireSuite } from "../../packages/suite-definition.ts";
import { parseDefinition } from "../../runtimes/read-definitions.ts";
import type { CliContext } from "../context.ts";
import { installedVariables } from "../installed-variables.ts";
import { executionerFile, type NewLanguage, packageFile, runtimeFile } from "./language-files.ts";

/** Options of `crankcase packages new`. */
export interface NewOptions {
  readonly package?: string;
  readonly suite: string;
  readonly apt?: readonly string[];
  readonly command?: string;
  readonly ending?: readonly string[];
  readonly compiled?: boolean;
  /** Folder of definitions; the server's own one when left out. */
  readonly dir?: string;
}

/** A file to write. */
interface NewFile {
  readonly path: string;
  readonly text: string;
  readonly mode: number;
}

/**
 * `crankcase packages new LANGUAGE`: writes the files of a new language into the folder of the operator's own definitions,
 * valid as they are and with comments on what to fill in. Throws `invalid_command`, before anything is written, where a file
 * is there already or the folder may not be written to, and `invalid_definition` for a name that nothing can have.
 */
export async function newLanguage(
  language: string,
  options: NewOptions,
  context: CliContext,
): Promise<number> {
  const env = { ...(await installedVariables()), ...context.env };
  const { config } = await loadConfig({ flags: {}, env, projectDir: context.projectDir });
  const folder = options.dir === undefined ? config.definitionsDir : resolve(options.dir);
  const about = aboutLanguage(language, options);
  requireSuite(await loadSuites(config.suitesDir), about.suite);
  const isIndexed = await isInIndex(about.packageName, folder, config);
  if (isIndexed && options.apt !== undefined) {
    const problem = `the package ${about.packageName} is in the index already: leave --apt out, or name another --package`;
    throw new CrankcaseError("invalid_command", problem);
  }
  const files = languageFiles(folder, about).slice(isIndexed ? 1 : 0);
  for (const { path } of files) await requireAbsent(path);
  for (const file of files) await write(file);
  const { stdout } = context;
  for (const { path } of files) stdout.write(`${path}\n`);
  if (isIndexed) stdout.write(`the package ${about.packageName} is in the index already, and is used\n`);
  stdout.write(`\nFill in what they ask for, then: sudo crankcase packages test ${language}\n`);
  return 0;
}

function aboutLanguage(language: string, options: NewOptions): NewLanguage {
  const packageName = options.package ?? language;
  const apt = options.apt ?? [packageName];
  return {
    language,
    packageName,
    suite: options.suite,
    apt,
    command: options.command ?? apt[0] ?? packageName,
    endings: options.ending ?? [],
    isCompiled: options.compiled === true,
  };
}

/** The package's own file first. Each is read as the server will read it. */
function languageFiles(folder: string, about: NewLanguage): NewFile[] {
  const { language, packageName, isCompiled } = about;
  const packageText = packageFile(about);
  const packagePath = join(folder, "packages-index", `${packageName}.yaml`);
  const runtimeText = runtimeFile(about);
  const runtimePath = join(folder, "runtimes", `${language}.yaml`);
  parsePackageDefinition(packagePath, packageText);
  parseDefinition(runtimePath, runtimeText);
  const stages = isCompiled ? (["compile", "run"] as const) : (["run"] as const);
  return [
    { path: packagePath, text: packageText, mode: 0o644 },
    { path: runtimePath, text: runtimeText, mode: 0o644 },
    ...stages.map((stage) => ({
      path: join(folder, "executioners", language, stage),
      text: executionerFile(about, stage),
      mode: 0o755,
    })),
  ];
}

async function isInIndex(
  name: string,
  definitionsDir: string,
  { packagesIndexDir }: Config,
): Promise<boolean> {
  const folders = [packagesIndexDir, join(definitionsDir, "packages-index")];
  const found = await Promise.all(folders.map((folder) => isThere(join(folder, `${name}.yaml`))));
  return found.includes(true);
}

async function requireAbsent(path: string): Promise<void> {
  if (!(await isThere(path))) return;
  throw new CrankcaseError("invalid_command", `${path} is there already, and stays as it is`);
}

async function isThere(path: string): Promise<boolean> {
  return await access(path).then(
    () => true,
    () => false,
  );
}

/** Readable for the daemon and for jobs, whatever the umask of whoever calls. */
async function write({ path, text, mode }: NewFile): Promise<void> {
  try {
    const first = await mkdir(dirname(path), { recursive: true, mode: 0o755 });
    if (first !== undefined) await openFolders(first, dirname(path));
    await writeFile(path, text, { flag: "wx" });
    await chmod(path, mode);
  } catch (cause) {
    const { message } = cause as Error;
    throw new CrankcaseError(
      "invalid_command",
      `${path} cannot be written (${message}): as root, or to another --dir`,
    );
  }
}

/** The folders that were made, from the first to the last. */
async function openFolders(first: string, last: string): Promise<void> {
  for (let folder = last; folder.length >= first.length; folder = dirname(folder)) await chmod(folder, 0o755);
}
