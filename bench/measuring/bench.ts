import type { MachineCpu } from "./machine-cpu.ts";
import type { Peers } from "./peers.ts";

/** Paths of the compiled C programs of bench/c. */
export interface CPrograms {
  readonly launcher: string;
  readonly httpClient: string;
  readonly jailClient: string;
}

/** What every line measures with. */
export interface Bench {
  /** Temporary folder; all of it is removed at the end. */
  readonly folder: string;
  /** Folder of the base and the packages. */
  readonly dataDir: string;
  /** What is measured: a tree that runs as an installed release does. */
  readonly release: string;
  readonly programs: CPrograms;
  readonly peers: Peers;
  readonly cpu: MachineCpu;
  /** Runs of the way that a line is about; of the others as the line says. */
  readonly runs: number;
  readonly stop: AbortSignal;
  /** Told how much of the line is done, from 0 to 1. */
  progress(share: number): void;
}
