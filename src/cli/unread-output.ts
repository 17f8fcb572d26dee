import { OWN_FAILURE, signalExitCode } from "./exit-codes.ts";

/**
 * Output that cannot be written is no reason to end in disorder. A command that would have ended well ends with the code of
 * SIGPIPE where its reader has left (`| head`), and else with that of a failure of ours.
 */
export function noteUnreadOutput({ stdout, stderr }: Pick<NodeJS.Process, "stdout" | "stderr">): void {
  let code: number | undefined;
  const onError = ({ code: why, message }: NodeJS.ErrnoException) => {
    if (code === undefined && why !== "EPIPE") stderr.write(`crankcase: output is lost: ${message}\n`);
    code ??= why === "EPIPE" ? signalExitCode("SIGPIPE") : OWN_FAILURE;
  };
  for (const stream of [stdout, stderr]) stream.on("error", onError);
  // The error comes after the command has told its code.
  process.once("exit", () => {
    if (code !== undefined) process.exitCode ||= code;
  });
}
