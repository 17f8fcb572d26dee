import { afterAll, beforeAll, expect } from "vitest";
import { type Census, findLeftovers, takeCensus } from "./census.ts";
import { expectCensus } from "./expect-census.ts";
import { makeJailerPlace, type PlaceSettings } from "./jailer-place.ts";
import { startJailer, type TestJailer } from "./start-jailer.ts";

/** What the jailer says of a session that did not end in order, and what a sanitizer says of a fault. */
const DISORDER = /wait status|kept out of use|Sanitizer|runtime error/;

/**
 * Starts a jailer before the tests of a file and stops it after them. When the last test has ended, everything must be
 * as it was before the first; when the jailer has ended, nothing of it may be left. Returns the jailer once it is started.
 */
export function jailerOfFile(settings: PlaceSettings = {}, executable?: string): () => TestJailer {
  const acquired = new AsyncDisposableStack();
  let started: { jailer: TestJailer; before: Census } | undefined;

  beforeAll(async () => {
    const place = acquired.use(await makeJailerPlace(settings));
    acquired.defer(async () => expect(await findLeftovers(place)).toEqual([]));
    const jailer = acquired.use(await startJailer(place, executable));
    started = { jailer, before: await takeCensus(jailer) };
  });

  afterAll(async () => {
    await using _ = acquired;
    if (started === undefined) return;
    const { jailer, before } = started;
    await expectCensus(jailer, before);
    expect(jailer.log.filter((line) => DISORDER.test(line))).toEqual([]);
  });

  return () => {
    if (started === undefined) throw new Error("the jailer of this file is not started yet");
    return started.jailer;
  };
}
