import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { execa } from "execa";
import { dir } from "tmp-promise";
import { DATA_DIR } from "../support/test-data.ts";

/**
 * This machine over again, with a root of its own: what is installed there is nowhere else, and all that runs there ends with
 * it. Network and cgroups are this machine's. Its data folder holds the tests' packages.
 */
export interface OverlayMachine extends AsyncDisposable {
  /** Runs a command there as root, without the caller's variables. */
  run(command: readonly string[], options?: RunOptions): Promise<Ended>;
  /** Files, links, devices and folders that are there and not on this machine, or differ, or stand for removed ones. */
  changes(): Promise<string[]>;
}

/** How to run a command. */
export interface RunOptions {
  /** Kills it and what it started, but for what left its process group, after this many milliseconds. */
  readonly killAfterMs?: number;
}

/** How a command ended. */
export interface Ended {
  /** Undefined where it was killed. */
  readonly exitCode: number | undefined;
  /** What it wrote to stdout and stderr. */
  readonly output: string;
}

const VARIABLES = { HOME: "/root", PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin" };

/** The folder that nsenter comes from does not exist there. */
const AT_ROOT = ["env", "--chdir=/"];

const STOP_SERVICE =
  "pid=$(cat /run/crankcase/crankcase.pid) && kill $pid && while kill -0 $pid; do sleep 0.1; done";

/** What says how this machine reaches the network. */
const PASSED_ON = /^(npm_config_.*|.*_proxy|NODE_EXTRA_CA_CERTS|SSL_CERT_.*)$/i;

/** Makes one; its packages are links to the tests' own, so that they may be removed there. */
export async function overlayMachine(): Promise<OverlayMachine> {
  const folder = await dir({ tmpdir: "/var/tmp", prefix: "overlay-machine", unsafeCleanup: true });
  const place = join(folder.path, "place");
  const data = join(folder.path, "data");
  await mkdir(place);
  await execa("cp", ["-al", DATA_DIR, data]);
  const script = join(import.meta.dirname, "overlay-machine.sh");
  const unshare = ["--mount", "--pid", "--fork", "--kill-child", "--", script, place, data];
  const outer = execa("unshare", unshare, { stdin: "ignore", stderr: "inherit", reject: false });
  const [line] = await Promise.race([once(createInterface(outer.stdout), "line"), outer.then(() => [])]);
  if (line !== "ready") throw new Error("the overlay machine did not start");
  const first = (await readFile(`/proc/${outer.pid}/task/${outer.pid}/children`, "utf8")).trim();
  const enter = ["--target", first, "--mount"];
  return {
    run: (command, options) => runThere([...enter, "--pid", "--root", "--", ...AT_ROOT, ...command], options),
    changes: async () => {
      const find = ["find", join(place, "upper"), "-printf", "%y/%P\\n"];
      const { stdout } = await execa("nsenter", [...enter, "--", ...find]);
      // A change within a folder gives the folder an entry, too.
      const changed = stdout
        .split("\n")
        .filter((entry) => !(entry.startsWith("d") && existsSync(entry.slice(1))));
      return changed.map((entry) => entry.slice(1));
    },
    async [Symbol.asyncDispose]() {
      // In order, since cgroups are this machine's.
      await runThere([...enter, "--pid", "--root", "--", "sh", "-c", STOP_SERVICE], { killAfterMs: 30_000 });
      outer.kill("SIGKILL");
      await outer;
      await folder.cleanup();
    },
  };
}

async function runThere(entering: readonly string[], { killAfterMs }: RunOptions = {}): Promise<Ended> {
  const passedOn = Object.entries(process.env).filter(([name]) => PASSED_ON.test(name));
  const running = execa("nsenter", entering, {
    env: { ...Object.fromEntries(passedOn), ...VARIABLES },
    extendEnv: false,
    all: true,
    stdin: "ignore",
    reject: false,
    detached: true,
  });
  const { pid } = running;
  const end =
    killAfterMs === undefined || pid === undefined
      ? undefined
      : setTimeout(() => process.kill(-pid, "SIGKILL"), killAfterMs);
  const { exitCode, all } = await running;
  clearTimeout(end);
  return { exitCode, output: all };
}
