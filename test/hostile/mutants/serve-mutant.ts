import { readFile } from "node:fs/promises";
import { type Serving, startServing } from "../../cli/serving.ts";

/** In namespaces of its own, so that what a jailer without a defence breaks is broken in there. */
const APART = ["unshare", "--pid", "--fork", "--kill-child", "--mount-proc", "--ipc", "--uts"];

/** Starts a server with a mutant as its jailer; disposal stops it. */
export async function serveMutant(jailer: string): Promise<Serving> {
  await using acquired = new AsyncDisposableStack();
  const settings = { jailer_path: jailer, slots: 2, ready_jails: 0 };
  const serving = acquired.use(await startServing(settings, {}, { before: APART }));
  // unshare heeds no SIGTERM as long as what it has started lives.
  acquired.defer(async () => {
    const children = await readFile(`/proc/${serving.pid}/task/${serving.pid}/children`, "utf8");
    for (const pid of children.trim().split(" ")) process.kill(Number(pid), "SIGTERM");
    await serving.exit;
  });
  const owned = acquired.move();
  return { ...serving, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}
