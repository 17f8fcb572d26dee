import type { WayFigure } from "../figures.ts";
import type { Bench } from "../measuring/bench.ts";
import { measureWays } from "../measuring/measure-ways.ts";
import { wayFigure } from "../measuring/way-figure.ts";
import { python } from "../program.ts";
import { rawWay } from "../ways/raw-way.ts";
import { sustainedWay } from "../ways/sustained-way.ts";
import { startServer } from "./bench-server.ts";
import type { Line } from "./line.ts";

const AT_ONCE: readonly number[] = [1, 2, 4, 8, 16];
const RUNS_SHARE = 0.15;
const TURNS = 3;

/** The picture of throughput: jobs a second against how many are asked for at once. */
export const concurrency: Line = {
  name: "concurrency",
  title: "Python hellos a second, by how many at once",
  measure,
};

async function measure(bench: Bench) {
  await using acquired = new AsyncDisposableStack();
  const { native: server } = await startServer(bench, acquired);
  const runs = Math.max(2, Math.round(bench.runs * RUNS_SHARE));
  const ways: WayFigure[] = [];
  for (const [index, atOnce] of AT_ONCE.entries()) {
    await using own = new AsyncDisposableStack();
    const common = { group: String(atOnce), program: python, runs };
    const measured = await measureWays(
      { ...bench, progress: () => undefined },
      [
        await rawWay(bench, own, { ...common, name: "raw", atOnce }),
        await rawWay(bench, own, {
          ...common,
          name: "raw behind sh and timeout",
          atOnce,
          isBehindExecutioner: true,
        }),
        await sustainedWay(bench, own, { ...common, name: "HTTP", server, clients: atOnce }),
      ],
      TURNS,
    );
    ways.push(...measured.map(wayFigure));
    bench.progress((index + 1) / AT_ONCE.length);
  }
  const notes = [
    "Raw: as many launchers side by side. HTTP: as many clients, each with one request at a time.",
  ];
  return { ways, checks: [], notes };
}
