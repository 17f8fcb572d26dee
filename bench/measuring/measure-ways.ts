import type { Bench } from "./bench.ts";
import type { Block, Measured, Way } from "./way.ts";

/** Ways take turns, so that whatever else the machine does falls on all of them. */
const TURNS = 10;

/** Runs before the first turn, which are not counted: they fill caches, and teach pools what is in demand. */
const WARM_UP_RUNS = 12;

/**
 * Measures every way in turns: a turn is a block of runs of one way that follow one another, then one of the next, the
 * order new each turn. A block begins when what the one before left behind is done; its CPU is counted until the same is
 * true of it, so that a pool that was full before is full again. Rejects with the stop signal's reason once it aborts.
 */
export async function measureWays(
  bench: Bench,
  ways: readonly Way[],
  turns = TURNS,
): Promise<readonly Measured[]> {
  const totals = ways.map((way) => ({ way, blocks: [] as Block[], cpuMs: 0 }));
  for (const { way } of totals) await way.run(Math.min(WARM_UP_RUNS, way.runs));
  await bench.cpu.settle();
  for (let turn = 0; turn < turns; turn += 1) {
    for (const total of rotated(totals, turn)) {
      bench.stop.throwIfAborted();
      const runs = share(total.way.runs, turn, turns);
      if (runs === 0) continue;
      const { block, cpuMs } = await measureBlock(bench, total.way, runs);
      total.blocks.push(block);
      total.cpuMs += cpuMs;
    }
    bench.progress((turn + 1) / turns);
  }
  return totals.map(({ way, blocks, cpuMs }) => ({ way, blocks, cpuMs: cpuMs / allRunsOf(blocks) }));
}

/** Measures one block: what its runs did, and what they cost the machine until it is quiet again. */
async function measureBlock(bench: Bench, way: Way, runs: number): Promise<{ block: Block; cpuMs: number }> {
  const before = await bench.cpu.read();
  const block = await way.run(runs);
  await bench.cpu.settle();
  return { block, cpuMs: (await bench.cpu.read()) - before - block.clientCpuMs };
}

/** How many runs all blocks have together. */
export function runsOf(blocks: readonly Block[]): number {
  return blocks.reduce((sum, { samplesMs }) => sum + samplesMs.length, 0);
}

/** With those that only cost. */
function allRunsOf(blocks: readonly Block[]): number {
  return blocks.reduce((sum, { uncounted = 0 }) => sum + uncounted, runsOf(blocks));
}

function share(runs: number, turn: number, turns: number): number {
  return Math.floor((runs * (turn + 1)) / turns) - Math.floor((runs * turn) / turns);
}

function rotated<Item>(items: readonly Item[], by: number): readonly Item[] {
  const from = by % items.length;
  return [...items.slice(from), ...items.slice(0, from)];
}
