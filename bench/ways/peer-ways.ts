import { join } from "node:path";
import { execa } from "execa";
import type { Bench } from "../measuring/bench.ts";
import type { Way } from "../measuring/way.ts";
import { outsideCommand } from "./raw-way.ts";

/** Nobody's ids: no jail of the bench has them. */
const PEER_ID = "75999";

/** A number of isolate's boxes that nobody else will use meanwhile. */
const ISOLATE_BOX = "977";

/** Where they are there: the same command line by other sandboxes, which raw-launcher.c starts as it starts the raw one. */
export async function peerWays(
  bench: Bench,
  acquired: AsyncDisposableStack,
  packageName: string,
  argv: readonly string[],
  runs: number,
): Promise<Way[]> {
  const { bubblewrap, nsjail, isolate } = bench.peers;
  const root = join(bench.folder, "root");
  const commands: [string, readonly string[]][] = [];
  if (bubblewrap !== null) commands.push(["bubblewrap", bubblewrapArgv(bubblewrap, root, argv)]);
  if (nsjail !== null) commands.push(["nsjail", nsjailArgv(nsjail, root, argv)]);
  if (isolate !== null) {
    await prepareIsolate(isolate, acquired);
    commands.push(["isolate", [isolate, `--box-id=${ISOLATE_BOX}`, "--silent", "--run", "--", ...argv]]);
  }
  const ways: Way[] = [];
  for (const [name, command] of commands) {
    const launcher = acquired.use(await outsideCommand(bench, packageName, command));
    ways.push({ name, runs, run: (count) => launcher.order(String(count)) });
  }
  return ways;
}

/** Every namespace of its own and a private /proc, /dev, /tmp and /box, as a jail has them (bwrap(1)). */
function bubblewrapArgv(bubblewrap: string, root: string, argv: readonly string[]): string[] {
  const user = ["--unshare-all", "--uid", PEER_ID, "--gid", PEER_ID, "--die-with-parent", "--new-session"];
  const files = ["--ro-bind", root, "/", "--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp"];
  return [bubblewrap, ...user, ...files, "--tmpfs", "/box", "--chdir", "/box", "--", ...argv];
}

/** Once (-Mo), quietly (-Q), with every namespace of its own, which is its default (`nsjail --help`). */
function nsjailArgv(nsjail: string, root: string, argv: readonly string[]): string[] {
  const files = ["--chroot", root, "-T", "/tmp", "-T", "/box", "--cwd", "/box"];
  return [nsjail, "-Mo", "-Q", "--user", PEER_ID, "--group", PEER_ID, ...files, "--", ...argv];
}

/** Its box is made once and used for all runs, which is the best that it can do (isolate(1)). */
async function prepareIsolate(isolate: string, acquired: AsyncDisposableStack): Promise<void> {
  await execa(isolate, [`--box-id=${ISOLATE_BOX}`, "--init"]);
  acquired.defer(async () => {
    await execa(isolate, [`--box-id=${ISOLATE_BOX}`, "--cleanup"]);
  });
}
