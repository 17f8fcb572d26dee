import type { Command } from "commander";
import { addAuthoring } from "./authoring-commands.ts";
import type { CliContext } from "./context.ts";
import type { InstallOptions } from "./packages/install.ts";
import type { ListOptions } from "./packages/list.ts";
import type { PackagesOptions } from "./packages/packages-api.ts";

const HELP = `
A package brings one language or several, and may be named by one of them: c stands for gcc. Changing what is installed takes
root on the server's machine, or a key with the scope packages (CRANKCASE_KEY) elsewhere.

Examples:
  crankcase packages search java
  crankcase packages info python
  sudo crankcase packages install ruby python=3.11 "node=>=20 <23"
  sudo crankcase packages upgrade
  crankcase packages list --installed --json`;

const SPEC_HELP = `
Each line of FILE is PATTERN RANGE; * in a pattern stands for anything, ! before it takes out what earlier lines let in,
# begins a comment. What the file lets in is installed, everything else uninstalled.

Example:
  printf 'python >=3.11\\nnode *\\n!node <20\\n' > languages.spec
  sudo crankcase packages spec languages.spec`;

/** What one of them is called like, below its help. */
const EXAMPLES: Readonly<Record<string, readonly string[]>> = {
  list: ["crankcase packages list", "crankcase packages list --installed --json"],
  search: ["crankcase packages search java"],
  info: ["crankcase packages info python"],
  install: [
    'sudo crankcase packages install ruby python=3.11 "node=>=20 <23"',
    "sudo crankcase packages install --from /media/bundle python",
  ],
  uninstall: ["sudo crankcase packages uninstall ruby python=3.11"],
  upgrade: ["sudo crankcase packages upgrade", "sudo crankcase packages upgrade python"],
  export: ["sudo crankcase packages export /media/bundle python gcc"],
  base: ["sudo crankcase packages base trixie"],
};

/** The commands, loaded when one of them is called. */
const commands = () => Promise.all([import("./packages/list.ts"), import("./packages/install.ts")]);

/** Adds `packages`, and `ppman`, as Piston's users know it. */
export function addPackages(program: Command, context: CliContext, finish: (exitCode: number) => void): void {
  const packages = program
    .command("packages")
    .alias("ppman")
    .description("languages: what there is, what is installed, and changing that")
    .addHelpText("after", HELP);
  const add = (usage: string, description: string) =>
    packages
      .command(usage)
      .description(description)
      .option("--url <url>", "the server (default: CRANKCASE_URL, else this machine's service)")
      .option("--json", "print JSON");
  add("list", "list what can be installed, and what is")
    .option("--installed", "only what is installed")
    .action(async (options: ListOptions) => finish(await (await commands())[0].list(options, context)));
  add("search <text>", "find packages by a part of their name or of a language's").action(
    async (text: string, options: PackagesOptions) =>
      finish(await (await commands())[0].search(text, options, context)),
  );
  add("info <name>", "tell all that is known of a package").action(
    async (name: string, options: PackagesOptions) =>
      finish(await (await commands())[0].info(name, options, context)),
  );
  add("install <names...>", "install packages, each NAME or NAME=RANGE")
    .option("--from <folder>", "take everything from what `export` wrote, and nothing from mirrors")
    .action(async (names: string[], options: InstallOptions) =>
      finish(await (await commands())[1].install(names, options, context)),
    );
  add("uninstall <names...>", "uninstall packages, once the jobs that run on them are over").action(
    async (names: string[], options: PackagesOptions) =>
      finish(await (await import("./packages/uninstall.ts")).uninstall(names, options, context)),
  );
  add("upgrade [names...]", "bring installed packages to what their suites have now").action(
    async (names: string[], options: PackagesOptions) =>
      finish(await (await commands())[1].upgrade(names, options, context)),
  );
  packages
    .command("export <folder> [names...]")
    .description("write what installed packages are made of, for machines without a network; as root")
    .action(async (folder: string, names: string[]) => {
      const { exportPackages } = await import("./packages/export.ts");
      finish(await exportPackages(folder, names, context));
    });
  packages
    .command("base <suite>")
    .description("make the base of a suite of Debian, on the server's machine, as root")
    .action(async (suite: string) => {
      const { makeBase } = await import("./packages/make-base.ts");
      finish(await makeBase(suite, context));
    });
  addAuthoring(packages, add, context, finish);
  add("spec <file>", "install just what a file lists")
    .addHelpText("after", SPEC_HELP)
    .action(async (file: string, options: PackagesOptions) => {
      const { spec } = await import("./packages/spec.ts");
      finish(await spec(file, options, context));
    });
  for (const command of packages.commands) {
    const lines = EXAMPLES[command.name()]?.map((line) => `\n  ${line}`);
    if (lines !== undefined) command.addHelpText("after", `\nExamples:${lines.join("")}`);
  }
}
