import type { Host } from "./host.ts";

/** What `/healthz` tells. */
export interface Health {
  readonly status: string;
  readonly runtimes: number;
  readonly running: number;
  readonly waiting: number;
  readonly version?: string;
  readonly release?: string | null;
}

/** Asks a server how it is; null where nobody answers, or it is no Crankcase. */
export async function healthAt(host: Host, url: string): Promise<Health | null> {
  try {
    const { text } = await host.request(new URL("/healthz", url).href);
    const body: unknown = JSON.parse(text);
    return isHealth(body) ? body : null;
  } catch {
    return null;
  }
}

function isHealth(body: unknown): body is Health {
  const { status, runtimes } = (body ?? {}) as Partial<Health>;
  return typeof status === "string" && typeof runtimes === "number";
}

/** The URL of a configured address as this machine reaches it. */
export function localUrl(bindAddress: string, port: number): string {
  const anywhere: Readonly<Record<string, string>> = { "0.0.0.0": "127.0.0.1", "::": "::1" };
  const address = anywhere[bindAddress] ?? bindAddress;
  return `http://${address.includes(":") ? `[${address}]` : address}:${port}`;
}
