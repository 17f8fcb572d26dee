import type { Command } from "commander";

/** Adds the options that name a server and the key for it. */
export function addServer(command: Command): Command {
  return command
    .option("-u, --url <url>", "the server (default: CRANKCASE_URL, else this machine's service)")
    .option("--key-file <file>", "file that holds the API key (default: CRANKCASE_KEY)");
}
