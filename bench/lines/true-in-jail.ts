import { atMost, type WayFigure } from "../figures.ts";
import type { Bench } from "../measuring/bench.ts";
import { measureWays } from "../measuring/measure-ways.ts";
import { PEERS_LACK, skippedNote } from "../measuring/peers.ts";
import { figureOf, wayFigure } from "../measuring/way-figure.ts";
import { jailWay } from "../ways/jail-way.ts";
import { peerWays } from "../ways/peer-ways.ts";
import { rawCommand } from "../ways/raw-way.ts";
import { COLD, startServer } from "./bench-server.ts";
import { type Line, rawRuns } from "./line.ts";

const ARGV = ["/bin/true"];
/** Long enough for a new jail to be made, and the old one to be gone. */
const PAUSE_MS = 20;
const PAUSED = `ready jail, ${PAUSE_MS} ms between`;

const PACKAGE = "python";

/** What a jail costs: `/bin/true` in one that is ready, in one that is made for it, raw, and by others. */
export const trueInJail: Line = {
  name: "true-in-jail",
  title: "/bin/true in a ready jail, through the jailer's socket",
  measure,
};

async function measure(bench: Bench) {
  const { runs, peers } = bench;
  const few = rawRuns(runs);
  await using acquired = new AsyncDisposableStack();
  const { instance } = await startServer(bench, acquired, COLD);
  const launcher = acquired.use(await rawCommand(bench, PACKAGE, ARGV));
  const raw = { name: "raw", runs, run: (count: number) => launcher.order(String(count)) };
  const jail = { socketPath: instance.socketPath, packageName: PACKAGE, argv: ARGV };
  const ways = [
    raw,
    await jailWay(bench, acquired, { ...jail, name: "ready jail", span: "ready", runs }),
    await jailWay(bench, acquired, { ...jail, name: PAUSED, span: "ready", runs: few, pauseMs: PAUSE_MS }),
    await jailWay(bench, acquired, { ...jail, name: "new jail", span: "fresh", runs: few }),
    await jailWay(bench, acquired, {
      ...jail,
      name: "new jail, until gone",
      span: "gone",
      runs: few,
    }),
    ...(await peerWays(bench, acquired, PACKAGE, ARGV, few)),
  ];
  const figures = (await measureWays(bench, ways)).map(wayFigure);
  const notes = [
    "Ready: from sending ATTACH and STAGE until REPORT has come; a new jail is asked for when the stage is over, and made while the next runs, on the same cores; with a pause nothing else is done meanwhile. CPU is that of the jail's whole life.",
    PEERS_LACK,
    skippedNote(peers),
  ];
  return { ways: figures, checks: checksOf(figures, peers.bubblewrap !== null), notes };
}

function checksOf(figures: readonly WayFigure[], hasBubblewrap: boolean) {
  const ready = figureOf(figures, "ready jail").p50Ms;
  const beside = (name: string) => ready / figureOf(figures, name).p50Ms;
  const p50 = { what: "p50", way: "ready jail" };
  const toRaw = atMost(2, { ...p50, value: beside("raw"), unit: "x raw", beside: "raw" });
  if (!hasBubblewrap) return [toRaw];
  return [
    toRaw,
    atMost(0.4, { ...p50, value: beside("bubblewrap"), unit: "x bubblewrap", beside: "bubblewrap" }),
  ];
}
