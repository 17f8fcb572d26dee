import { type ApiClient, createApiClient } from "../api-client.ts";
import type { CliContext } from "../context.ts";
import { serverAddress } from "../server-address.ts";

/** Options of every `crankcase packages` command. */
export interface PackagesOptions {
  readonly url?: string;
  readonly json?: boolean;
}

/** The server whose packages are meant. */
export async function packagesApi({ url }: PackagesOptions, context: CliContext): Promise<ApiClient> {
  return createApiClient(await serverAddress(url, context.env), context.stop);
}
