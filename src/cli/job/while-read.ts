import type { CliContext } from "../context.ts";
import { signalExitCode } from "../exit-codes.ts";

/** Runs a command that writes much; a reader of its output that leaves ends it as SIGPIPE would, without a word. */
export async function whileRead(
  { stdout, stderr }: Pick<CliContext, "stdout" | "stderr">,
  command: () => Promise<number>,
): Promise<number> {
  // Whoever writes next is told of a reader that left; without a listener it would end the process in disorder.
  for (const stream of [stdout, stderr]) stream.on("error", () => undefined);
  try {
    return await command();
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === "EPIPE") return signalExitCode("SIGPIPE");
    throw thrown;
  }
}
