/**
 * How much longer than on an ordinary machine things may take, TEST_TIME_FACTOR in the environment: 1 when left out, some
 * 20 where the processor is emulated. Multiplies what tests wait for and how late an answer may be. Never a limit that
 * a test expects to be enforced. Throws a RangeError unless it is a number of at least 1.
 */
export const TIME_FACTOR = readFactor(process.env.TEST_TIME_FACTOR ?? "1");

function readFactor(text: string): number {
  const factor = Number(text);
  if (!(factor >= 1)) throw new RangeError(`TEST_TIME_FACTOR is ${text}: give a number of at least 1`);
  return factor;
}
