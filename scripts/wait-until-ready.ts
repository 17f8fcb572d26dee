/** wait-until-ready URL RELEASE: waits until the server at URL is of this release and takes jobs; exits 1 after a minute. */
import { setTimeout as sleep } from "node:timers/promises";

const PATIENCE_MS = 60_000;
const PAUSE_MS = 100;

interface Health {
  readonly status?: string;
  readonly release?: string | null;
}

async function health(url: string): Promise<Health> {
  try {
    const response = await fetch(new URL("/healthz", url), { signal: AbortSignal.timeout(PATIENCE_MS) });
    return (await response.json()) as Health;
  } catch (error) {
    return { status: `no answer (${(error as Error).message})` };
  }
}

const [url = "", release = ""] = process.argv.slice(2);
const deadline = performance.now() + PATIENCE_MS;
let last = await health(url);
while (!(last.status === "ok" && last.release === release) && performance.now() < deadline) {
  await sleep(PAUSE_MS);
  last = await health(url);
}
if (last.status !== "ok" || last.release !== release) {
  console.error(`${url}/healthz does not say that ${release} serves; it says: ${JSON.stringify(last)}`);
  process.exitCode = 1;
}
