import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { execa } from "execa";

const NANOSECONDS_PER_MS = 1e6;

/** What raw-launcher.c is to run; its head says what the fields mean. */
export interface LauncherSetup {
  readonly binary: string;
  readonly lowerdirs: string;
  readonly root: string;
  /** Bound to /box; "-" keeps the launcher outside of the root. */
  readonly folder: string;
  readonly argv: readonly string[];
  /** Bytes that the program prints. */
  readonly outputBytes: number;
}

/** A process that runs one program again and again; ends on disposal. */
export interface Launcher extends AsyncDisposable {
  /** Runs the program once and returns the milliseconds from fork to wait. Rejects when it did not do its work. */
  run(): Promise<number>;
}

/** Compiles raw-launcher.c into the folder and returns the binary's path. */
export async function compileLauncher(folder: string): Promise<string> {
  const binary = `${folder}/raw-launcher`;
  await execa("cc", [
    "-O2",
    "-Wall",
    "-Wextra",
    "-Werror",
    "-o",
    binary,
    `${import.meta.dirname}/raw-launcher.c`,
  ]);
  return binary;
}

/** Starts raw-launcher. */
export function startLauncher(setup: LauncherSetup): Launcher {
  const { binary, lowerdirs, root, folder, argv, outputBytes } = setup;
  const child = spawn(binary, [lowerdirs, root, folder, ...argv], { stdio: ["pipe", "pipe", "inherit"] });
  const exited = once(child, "exit");
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    async run() {
      child.stdin.write("g");
      const { value } = await lines.next();
      const [nanoseconds, status, bytes] = String(value).split(" ").map(Number);
      if (nanoseconds === undefined || status !== 0 || bytes !== outputBytes) {
        throw new Error(`${argv.join(" ")} failed: ${value} (nanoseconds, status, bytes of output)`);
      }
      return nanoseconds / NANOSECONDS_PER_MS;
    },
    async [Symbol.asyncDispose]() {
      child.stdin.end();
      await exited;
    },
  };
}
