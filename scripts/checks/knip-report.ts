import type { Reporter } from "knip";

/**
 * Knip's own reporters leave out how many files it read, without which silence proves nothing.
 * Prints `{ processed, faults }` as JSON.
 */
const report: Reporter = ({ issues, counters, cwd }) => {
  const found = Object.entries(issues).flatMap(([kind, byFile]) =>
    Object.values(byFile)
      .flatMap((bySymbol) => Object.values(bySymbol))
      .map((issue) => `${issue.filePath.replace(`${cwd}/`, "")}: unused ${kind}: ${issue.symbol}`),
  );
  process.stdout.write(JSON.stringify({ processed: counters.processed, faults: found }));
};

export default report;
