import { totalmem } from "node:os";
import { resolve } from "node:path";
import { Command } from "commander";
import type { Mirrors } from "../../src/packages/debian-sources.ts";
import type { WantedVersion } from "../../src/packages/select-version.ts";

/** What the command line asks for. */
export interface Options {
  /** Empty: what is installed, by the definitions of today. */
  readonly wanted: readonly WantedVersion[];
  readonly dataDir: string;
  /** Null: there are none. */
  readonly definitionsDir: string | null;
  readonly jailer: string;
  /** Null: as the machine's own apt has it. */
  readonly mirrors: Mirrors | null;
  readonly runnerUidMin: number;
  /** Bytes for the build jails together. */
  readonly memoryTotal: number;
}

const EXAMPLES = `
Examples:
  node scripts/build-packages.ts python gcc           two packages, and their base where it is missing
  node scripts/build-packages.ts python=3.11 node=22  the highest versions in a range
  node scripts/build-packages.ts --data-dir /tmp/try bash

Run it as root. What is built already is skipped; it may be interrupted and run again at any time.`;

/** Reads the command line; ends the process where it is refused or asks for help. */
export function readOptions(argv: readonly string[], project: string): Options {
  const command = new Command("build-packages")
    .description("Builds the base and packages of packages-index/ on this machine.")
    .argument(
      "[names...]",
      "packages to build, each NAME or NAME=RANGE; those that are installed when none is named",
    )
    .option("--data-dir <dir>", "data folder", "/var/lib/crankcase")
    .option("--definitions-dir <dir>", "the operator's own definitions, which come before the project's")
    .option("--jailer <path>", "the jailer's program", resolve(project, "jailer/build/jailer"))
    .option("--mirror <uri>", "where Debian's archives come from; else as the machine's own apt has it")
    .option("--security-mirror <uri>", "the same for its security fixes; none when only --mirror is given")
    .option("--runner-uid-min <uid>", "first of two user ids that nothing else uses", "69000")
    .addHelpText("after", EXAMPLES)
    .parse(argv);
  const given = command.opts<Record<string, string>>();
  return {
    wanted: command.args.map(wantedVersion),
    dataDir: resolve(given.dataDir ?? ""),
    definitionsDir: given.definitionsDir === undefined ? null : resolve(given.definitionsDir),
    jailer: resolve(given.jailer ?? ""),
    mirrors: mirrorsOf(given.mirror, given.securityMirror),
    runnerUidMin: Number(given.runnerUidMin),
    memoryTotal: totalmem(),
  };
}

function mirrorsOf(main: string | undefined, security: string | undefined): Mirrors | null {
  if (main === undefined) return null;
  return security === undefined ? { main } : { main, security };
}

function wantedVersion(text: string): WantedVersion {
  const [name = "", ...range] = text.split("=");
  return { name, range: range.length === 0 ? "*" : range.join("=") };
}
