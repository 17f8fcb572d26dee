import { access, constants } from "node:fs/promises";

/** Others that are measured beside Crankcase, where they are; null: skipped. */
export interface Peers {
  readonly bubblewrap: string | null;
  readonly nsjail: string | null;
  readonly isolate: string | null;
  /** For example `http://127.0.0.1:2000`. */
  readonly pistonUrl: string | null;
}

const BUBBLEWRAP = "/usr/bin/bwrap";

/** What of a jail's isolation the peers lack as they are started here; for the notes. */
export const PEERS_LACK =
  "bubblewrap has, of a jail, no cgroup, no seccomp filter and no limit; nsjail no cgroup and no seccomp filter; isolate no cgroup and the host's own root.";

/** Bubblewrap where Debian puts it; the others where variables of the environment say so. */
export async function findPeers(env: NodeJS.ProcessEnv): Promise<Peers> {
  const found = await access(BUBBLEWRAP, constants.X_OK).then(
    () => true,
    () => false,
  );
  return {
    bubblewrap: found ? BUBBLEWRAP : null,
    nsjail: env.CRANKCASE_BENCH_NSJAIL ?? null,
    isolate: env.CRANKCASE_BENCH_ISOLATE ?? null,
    pistonUrl: env.CRANKCASE_BENCH_PISTON_URL ?? null,
  };
}

/** A note that names those that are skipped, and what would bring them in. */
export function skippedNote({ bubblewrap, nsjail, isolate, pistonUrl }: Peers): string {
  const skipped = [
    ...(bubblewrap === null ? ["bubblewrap (Debian's package of that name)"] : []),
    ...(nsjail === null ? ["nsjail (CRANKCASE_BENCH_NSJAIL=path)"] : []),
    ...(isolate === null ? ["isolate (CRANKCASE_BENCH_ISOLATE=path)"] : []),
    ...(pistonUrl === null ? ["Piston (CRANKCASE_BENCH_PISTON_URL=url)"] : []),
  ];
  return skipped.length === 0 ? "No peer is skipped." : `Skipped, since not there: ${skipped.join(", ")}.`;
}
