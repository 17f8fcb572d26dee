import type { Serving } from "../cli/serving.ts";
import { killAll } from "../pools/serving-pools.ts";

/** Ends a server as on a machine that loses its power: nobody is told. Its parent goes first, which would start the others again. */
export function killServer(server: Serving, names: readonly ("daemon" | "jailer")[]): void {
  killAll([server.pid, ...names.map((name) => server.child(name))]);
}
