import type { BuildJail } from "../jail/jail.ts";
import type { AptClient } from "./apt-client.ts";
import type { ArchiveCache } from "./archive-cache.ts";
import type { BaseManifest } from "./base-manifest.ts";
import type { KeyedLock } from "./keyed-lock.ts";
import type { IndexedPackage } from "./load-package-index.ts";
import type { Architecture } from "./package-definition.ts";
import type { Progress } from "./progress.ts";
import type { RunAs } from "./run-command.ts";

/** What installing takes. */
export interface InstallDeps {
  readonly index: ReadonlyMap<string, IndexedPackage>;
  readonly dataDir: string;
  /** Folder in which private folders for downloads are made. */
  readonly cacheDir: string;
  /** The jailer's folder of builds' submissions. */
  readonly buildsDir: string;
  readonly architecture: Architecture;
  readonly archives: ArchiveCache;
  /** Who fetches. */
  readonly runAs: RunAs;
  readonly signal: AbortSignal;
  readonly progress: Progress;
  /** Looks whether the suite has something newer than what is there. */
  readonly isUpgrade: boolean;
  /** Folder of a bundle from which everything is taken instead of from mirrors; null for mirrors. */
  readonly bundle: string | null;
  /** Makes the base of a suite that has none yet. */
  makeBase(suite: string): Promise<BaseManifest>;
  openApt(base: BaseManifest): Promise<AptClient>;
  /** A slot with which packages (`<name>/<version>`) are kept from being replaced or removed. */
  acquireSlot(packages: readonly string[]): Promise<AsyncDisposable>;
  openBuildJail(): Promise<BuildJail>;
  /** One installation of a package at a time. */
  readonly exclusively: KeyedLock;
  /** Puts a finished layer in the place of an installed one, once nobody uses that. */
  replace<Result>(packageId: string, change: () => Promise<Result>): Promise<Result>;
}
