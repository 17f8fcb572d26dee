import type { Readable } from "node:stream";
import type { Environment } from "../config/environment-settings.ts";

/** What a command may touch of the process it runs in. */
export interface CliContext {
  readonly env: Environment;
  /** Effective uid. */
  readonly uid: number;
  readonly stdin: Readable & { readonly isTTY?: boolean };
  readonly stdout: NodeJS.WritableStream;
  readonly stderr: NodeJS.WritableStream;
  /** Aborts when the process is asked to stop; its reason is the signal's name. */
  readonly stop: AbortSignal;
  /**
   * Calls the listener for each SIGHUP from now on, where it is a wish to read the configuration again: of a process on a
   * terminal it is the terminal's end, and the process's too.
   */
  readonly onHangUp: (listener: () => void) => void;
  /** Folder of the project. */
  readonly projectDir: string;
  /** Crankcase's own version. */
  readonly version: string;
  /** Id of the installed release; null in a plain checkout. */
  readonly release: string | null;
  /** Command line that starts this program again: the interpreter, the entry file and the arguments. */
  readonly commandLine: readonly string[];
}
