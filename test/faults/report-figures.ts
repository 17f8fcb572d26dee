/** Prints what a test saw of times and answers: it is told, and no bar on a machine that others use. */
export function reportFigures(what: string, ...figures: readonly object[]): void {
  process.stderr.write(`${what}: ${figures.map((figure) => JSON.stringify(figure)).join(" ")}\n`);
}
