import type { AttackedPlace, AttackResult } from "../attacks/run-attacks.ts";
import type { DefinitionSet } from "../runtimes/join-definitions.ts";
import type { DefinitionFolders } from "../runtimes/read-definitions.ts";

/** The end of a command. */
export interface Ran {
  /** Null: there is no such program, a signal ended it, or it was not over in time. */
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** How a command is run. */
export interface RunOptions {
  /** Milliseconds after which it is killed; 8,000 when left out. */
  readonly timeoutMs?: number;
  /** On top of the process's own environment. */
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** Runs it under these ids. */
  readonly runAs?: { readonly uid: number; readonly gid: number } | null;
}

/** What a file is, as far as checks ask. */
export interface FileFacts {
  /** Milliseconds since 1970. */
  readonly modifiedMs: number;
  /** Permission bits. */
  readonly mode: number;
  readonly uid: number;
}

/** A mounted file system (statfs(2)). */
export interface FileSystem {
  /** The kernel's number of its kind. */
  readonly type: number;
  /** For users other than root. */
  readonly freeBytes: number;
  /** 0 where it has no fixed number of them. */
  readonly inodes: number;
  readonly freeInodes: number;
}

/** A request to a server. */
export interface HttpRequest {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Milliseconds after which it is given up; 5,000 when left out. */
  readonly timeoutMs?: number;
}

/** An answer of any status. */
export interface HttpAnswer {
  readonly status: number;
  readonly text: string;
}

/** A folder that is removed, with what is in it, when it is disposed of. */
export interface TempFolder extends AsyncDisposable {
  readonly path: string;
}

/**
 * All that checks see of the machine; a test's host is an object literal. Reading gives null for what is not there or may
 * not be read.
 */
export interface Host {
  /** Effective uid of this process. */
  readonly uid: number;
  readonly pid: number;
  /** Milliseconds since 1970. */
  now(): number;
  readFile(path: string): Promise<string | null>;
  readBytes(path: string): Promise<Uint8Array | null>;
  list(path: string): Promise<readonly string[] | null>;
  stat(path: string): Promise<FileFacts | null>;
  statfs(path: string): Promise<FileSystem | null>;
  run(argv: readonly string[], options?: RunOptions): Promise<Ran>;
  /** Rejects where nobody answers. */
  request(url: string, request?: HttpRequest): Promise<HttpAnswer>;
  tempFolder(parent: string): Promise<TempFolder>;
  /** Opens a jail and closes it again; rejects with why it cannot be. */
  tryJail(socketPath: string): Promise<void>;
  /** Attacks a server on this machine with what is chosen for machines in use (src/attacks/run-attacks.ts). */
  selftest(place: Omit<AttackedPlace, "onResult" | "stop">): Promise<readonly AttackResult[]>;
  /** The runtimes' definitions; rejects with `invalid_definition`. */
  definitions(folders: DefinitionFolders): Promise<DefinitionSet>;
}
