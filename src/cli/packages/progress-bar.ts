import { SingleBar } from "cli-progress";
import type { InstallProgress } from "../api-client.ts";
import type { CliContext } from "../context.ts";

const MB = 1e6;

/** Shows how an installation goes: on a terminal with a bar for what is downloaded, else one line a finished step. */
export interface ProgressView extends Disposable {
  show(progress: InstallProgress): void;
}

/** Writes to stderr: stdout is for results. */
export function progressView({ stderr }: CliContext): ProgressView {
  const isTerminal = (stderr as NodeJS.WriteStream).isTTY === true;
  let bar: SingleBar | null = null;
  const endBar = () => {
    bar?.stop();
    bar = null;
  };
  return {
    show(progress) {
      const { step, state, bytes, bytes_total: total } = progress;
      if (state === "running" && isTerminal && bytes !== undefined && total !== undefined) {
        bar ??= startBar(stderr, step, total / MB);
        bar.update(bytes / MB);
        return;
      }
      endBar();
      if (state === "done" || state === "failed") stderr.write(`${lineOf(progress)}\n`);
      else if (state === "started" && isTerminal) stderr.write(`${step} ...\r`);
    },
    [Symbol.dispose]: endBar,
  };
}

function startBar(stream: NodeJS.WritableStream, step: string, total: number): SingleBar {
  const format = `${step} [{bar}] {value}/{total} MB, {duration_formatted}`;
  const bar = new SingleBar({ stream, format, hideCursor: true, formatValue: wholeNumber });
  bar.start(total, 0);
  return bar;
}

function wholeNumber(value: number): string {
  return value.toFixed(0);
}

function lineOf({ step, state, seconds, note }: InstallProgress): string {
  const took = seconds === undefined ? "" : ` ${seconds.toFixed(1)} s`;
  const failed = state === "failed" ? " failed after" : "";
  return `${step}${failed}${took}${note === undefined ? "" : `, ${note}`}`;
}
