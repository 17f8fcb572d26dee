/** A file that a compile stage added or changed. */
export interface CompiledFile {
  /** Path below the working folder. */
  readonly name: string;
  readonly content: Buffer;
  readonly executable: boolean;
}

/** What a compile stage that went well wrote and made: enough to do without an equal one. */
export interface Compiled {
  /** In the order in which it arrived. */
  readonly output: readonly { readonly stream: "stdout" | "stderr"; readonly data: Buffer }[];
  readonly files: readonly CompiledFile[];
}

/** What each piece of output and each file takes besides its bytes, about. */
const PART_BYTES = 256;

/** What it takes of memory, about. */
export function compiledBytes({ output, files }: Compiled): number {
  const parts = [...output.map(({ data }) => data.length), ...files.map(({ content }) => content.length)];
  return parts.reduce((sum, bytes) => sum + bytes + PART_BYTES, PART_BYTES);
}
