import type { BuildJail } from "../jail/jail.ts";
import type { LiveCatalogue } from "../runtimes/live-catalogue.ts";
import type { PackageUse } from "../runtimes/package-use.ts";
import type { Progress } from "./progress.ts";

/** Where packages come from and go to. */
export interface PackageFolders {
  readonly dataDir: string;
  readonly stateDir: string;
  readonly packagesIndexDir: string;
  /** The operator's own definitions; it may be missing. */
  readonly definitionsDir: string;
  readonly suitesDir: string;
}

/** What the manager needs besides its folders. */
export interface PackagesDeps extends PackageFolders {
  /** Url of an index of packages in Piston's format. */
  readonly repoUrl?: string | undefined;
  readonly catalogue: LiveCatalogue;
  readonly packageUse: PackageUse;
  /** A build takes a slot like a job, with which packages (`<name>/<version>`) may be used: the jailer has no jail to spare. */
  acquireSlot(packages: readonly string[], signal: AbortSignal): Promise<AsyncDisposable>;
  openBuildJail(signal: AbortSignal): Promise<BuildJail>;
  /** Told what is wrong with the index of `repoUrl`. */
  warn(text: string): void;
}

/** How one installation is told of and ended. */
export interface InstallOptions {
  readonly progress: Progress;
  readonly signal: AbortSignal;
  /** Folder of a bundle from which everything is taken instead of from mirrors. */
  readonly bundle?: string | undefined;
}
