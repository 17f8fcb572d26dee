/**
 * Waits until both are open, which they become side by side; where one fails, the other one is closed again. Rejects with
 * the first one's reason, else with the second's.
 */
export async function openTogether<First extends AsyncDisposable, Second extends AsyncDisposable>(
  opening: Promise<First>,
  besides: Promise<Second>,
): Promise<readonly [First, Second]> {
  const [first, second] = await Promise.allSettled([opening, besides]);
  if (first.status === "fulfilled" && second.status === "fulfilled") return [first.value, second.value];
  if (second.status === "fulfilled") await second.value[Symbol.asyncDispose]();
  if (first.status === "rejected") throw first.reason;
  await first.value[Symbol.asyncDispose]();
  throw (second as PromiseRejectedResult).reason;
}
