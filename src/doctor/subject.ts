import type { Config } from "../config/config.ts";

/** The installation that is looked at. */
export interface Subject {
  /** The defaults where the configuration itself is refused. */
  readonly config: Config;
  /** What is wrong with the configuration; null where it is in order. */
  readonly configFault: string | null;
  /** Sentences about settings that are not used. */
  readonly notes: readonly string[];
  /** Path of the YAML file. */
  readonly configFile: string;
  /** Folder of the project, without a slash at its end. */
  readonly projectDir: string;
  /** Where the server should answer, for example `http://127.0.0.1:2000`. */
  readonly url: string;
  /** Sent to the server; null where none is known. */
  readonly apiKey: string | null;
}
