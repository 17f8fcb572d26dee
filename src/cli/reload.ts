import type { ReloadReport } from "../api/reload-report.ts";
import { createApiClient } from "./api-client.ts";
import type { CliContext } from "./context.ts";
import { serverAddress } from "./server-address.ts";

/** Options of `crankcase reload`. */
export interface ReloadOptions {
  readonly url?: string;
  readonly json?: boolean;
}

/** `crankcase reload`: has the server read its configuration and definitions again, and tells what changed. */
export async function reload({ url, json }: ReloadOptions, context: CliContext): Promise<number> {
  const api = createApiClient(await serverAddress(url, context.env), context.stop);
  const report = await api.reload();
  context.stdout.write(json ? `${JSON.stringify(report)}\n` : reloadText(report));
  return 0;
}

function reloadText({ applied, restart, warnings }: ReloadReport): string {
  const rows = [
    ["changed", applied.join(", ") || "nothing"],
    ...(restart.length === 0 ? [] : [["restart", `needed for ${restart.join(", ")}`]]),
    ...warnings.map((text) => ["warning", text]),
  ];
  return rows.map(([name = "", value = ""]) => `${name.padEnd(10)}${value}\n`).join("");
}
