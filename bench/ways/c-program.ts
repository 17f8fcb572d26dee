import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import type { Block } from "../measuring/way.ts";

const NANOSECONDS_PER_MS = 1e6;
const MICROSECONDS_PER_MS = 1e3;

/** One of bench/c's programs, which runs what it is told by lines on its stdin; ends on disposal. */
export interface CProgram extends AsyncDisposable {
  /**
   * Sends a line and returns the block that the answer describes. Rejects when a run's status is not 0, when one printed
   * another number of bytes than `outputBytes`, or when the program died; what it said of that is on stderr.
   */
  order(line: string): Promise<Block>;
}

/** How to start one. */
export interface CProgramStart {
  readonly binary: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly outputBytes: number;
  /** Kills it at once, so that nobody waits for the runs that are left. */
  readonly stop: AbortSignal;
}

/** Starts the program. It ends by itself when this process is gone, since its stdin then is. */
export function startCProgram({ binary, args, env, outputBytes, stop }: CProgramStart): CProgram {
  const child = spawn(binary, args, { env, stdio: ["pipe", "pipe", "inherit"] });
  const exited = once(child, "exit");
  const kill = () => void child.kill("SIGKILL");
  stop.addEventListener("abort", kill, { once: true });
  // A program that died is told of by the end of its lines.
  child.stdin.on("error", () => undefined);
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    async order(line) {
      child.stdin.write(`${line}\n`);
      return await readBlock(lines, `${binary} ${args.join(" ")}`, outputBytes);
    },
    async [Symbol.asyncDispose]() {
      stop.removeEventListener("abort", kill);
      // What is on its way would be waited for; nobody wants it any more.
      kill();
      await exited;
    },
  };
}

async function readBlock(lines: AsyncIterator<string>, what: string, outputBytes: number): Promise<Block> {
  const rows: number[][] = [];
  for (;;) {
    const { value, done } = await lines.next();
    if (done === true) throw new Error(`${what} ended`);
    if (value.startsWith("done ")) return blockOf(rows, value.split(" ").slice(1).map(Number));
    const row: number[] = value.split(" ").map(Number);
    const [, status, bytes] = row;
    if (status !== 0 || bytes !== outputBytes) {
      throw new Error(
        `${what} failed: ${value} (nanoseconds, status, bytes of output; of these ${outputBytes})`,
      );
    }
    rows.push(row);
  }
}

function blockOf(rows: readonly number[][], [wall = 0, cpu = 0]: readonly number[]): Block {
  const column = (index: number) => rows.map((row) => row[index] ?? 0);
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
  return {
    samplesMs: column(0).map((nanoseconds) => nanoseconds / NANOSECONDS_PER_MS),
    wallMs: wall / NANOSECONDS_PER_MS,
    clientCpuMs: cpu / NANOSECONDS_PER_MS,
    ahead: sum(column(3)),
    kept: sum(column(4)),
    workMs: column(5).map((microseconds) => microseconds / MICROSECONDS_PER_MS),
  };
}
