import type { ReadStream, WriteStream } from "node:tty";
import { execaSync } from "execa";
import type { CliContext } from "../context.ts";

/** Rows and columns. */
export interface TerminalSize {
  readonly rows: number;
  readonly columns: number;
}

/** The terminal that somebody sits at. */
export interface LocalTerminal {
  size(): TerminalSize;
  /** Takes it over: each key comes as it is typed, Ctrl-C too, and `hear` is told each new size. Disposal gives it back. */
  takeOver(hear: (size: TerminalSize) => void): Disposable;
}

/** Some terminals, serial lines among them, know no size of theirs. */
const USUAL_SIZE: TerminalSize = { rows: 24, columns: 80 };

/** The terminal of this process; null where input or output is none. */
export function localTerminal({ stdin, stdout }: Pick<CliContext, "stdin" | "stdout">): LocalTerminal | null {
  const [input, output] = [stdin as ReadStream, stdout as WriteStream];
  if (!input.isTTY || !output.isTTY) return null;
  const size = () => ({
    rows: output.rows || USUAL_SIZE.rows,
    columns: output.columns || USUAL_SIZE.columns,
  });
  return {
    size,
    takeOver(hear) {
      const onResize = () => hear(size());
      // Node gives the terminal back as it found it when the process ends, also by an error or a signal that it hears.
      input.setRawMode(true);
      // It leaves line ends to be mended, which the program's own terminal has done.
      execaSync("stty", ["-opost"], { stdin: "inherit", reject: false });
      output.on("resize", onResize);
      return {
        [Symbol.dispose]() {
          output.off("resize", onResize);
          input.setRawMode(false);
        },
      };
    },
  };
}
