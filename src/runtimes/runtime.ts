import type { SomeStageLimits } from "../schema/limits.ts";

/** What a user may ask for: a definition together with one installed version of its package, or what a package in Piston's format brings. */
export interface Runtime {
  /** Canonical name. */
  readonly language: string;
  /** Semver. */
  readonly version: string;
  readonly aliases: readonly string[];
  /** The package's program, where one package provides several languages; null elsewhere. */
  readonly runtime: string | null;
  /** Name of the main file where a request gives it none. */
  readonly mainFile: string;
  /** With their dot. */
  readonly fileEndings: readonly string[];
  /** Variables on top of those that every stage has. */
  readonly environment: Readonly<Record<string, string>>;
  readonly limitOverrides: { readonly compile?: SomeStageLimits; readonly run?: SomeStageLimits };
  readonly hasCompile: boolean;
  /** A request may have flags for its compiler. */
  readonly compilerFlags: boolean;
  /** How its `run` may be started before a job: where it waits, and the files that it reads before that; null: not at all. */
  readonly ahead: { readonly gate: "open" | "read"; readonly known: readonly string[] } | null;
  /** Another one where its executioner's `run` changed. */
  readonly runVersion: string;
  /** Name of the folder of its command lines. */
  readonly executioner: string;
  /** What its jails' root is made of, and whether the 32-bit system call entry is open in them. */
  readonly root: { readonly base: string; readonly layers: readonly string[]; readonly allow32bit: boolean };
  /** SHA-256 of what its root was built of, and when: another after a package or its base was built anew. */
  readonly build: string;
}
