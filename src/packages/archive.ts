/** An archive to be fetched: where it lies, and what it must be. */
export interface Archive {
  readonly url: string;
  /** File's name, as apt would name it: `<package>_<version>_<architecture>.deb`. */
  readonly file: string;
  readonly name: string;
  readonly version: string;
  /** Bytes. */
  readonly size: number;
  /** Hexadecimal. */
  readonly sha256: string;
}
