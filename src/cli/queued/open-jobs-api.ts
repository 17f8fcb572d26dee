import { createCaller } from "../api-call.ts";
import type { CliContext } from "../context.ts";
import { keyedAddress } from "../server-address.ts";
import { createJobsApi, type JobsApi } from "./jobs-api.ts";

/** Options of every command that calls a server. */
export interface ServerOptions {
  readonly url?: string;
  readonly keyFile?: string;
}

/** The jobs of the server that a command line names. Throws `invalid_command` for what is no address or no key. */
export async function openJobsApi(options: ServerOptions, { env, stop }: CliContext): Promise<JobsApi> {
  return createJobsApi(createCaller(await keyedAddress(options, env), stop));
}
