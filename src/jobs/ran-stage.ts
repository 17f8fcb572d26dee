import type { JobJail, StageReport, StageRequest } from "../jail/jail.ts";

/** A stage that is over, and what it wrote. */
export interface RanStage {
  readonly report: StageReport;
  readonly stdout: Buffer;
  readonly stderr: Buffer;
}

/** Runs one of our own small stages to its end, with what it reads where that is given. Rejects like a stage's report. */
export async function ranStage(jail: JobJail, request: StageRequest, input?: Buffer): Promise<RanStage> {
  const chunks: { readonly stdout: Buffer[]; readonly stderr: Buffer[] } = { stdout: [], stderr: [] };
  const stage = jail.startStage(request, (stream, chunk) => void chunks[stream].push(chunk));
  if (input !== undefined) {
    // Resolves at the latest when the stage is over.
    await stage.write(input);
    stage.endInput();
  }
  const report = await stage.report;
  return { report, stdout: Buffer.concat(chunks.stdout), stderr: Buffer.concat(chunks.stderr) };
}
