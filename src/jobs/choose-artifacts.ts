import type { OmittedArtifacts } from "../api/artifact.ts";
import type { FoundFile } from "./artifact-listing.ts";

/** How much one job may send back. */
export interface ArtifactLimits {
  readonly files: number;
  readonly fileBytes: number;
  readonly totalBytes: number;
}

/** Names that are told of each reason; the rest is counted. */
const TOLD_NAMES = 10;

/** A file that is left out, and why. */
export interface LeftOut {
  readonly name: string | null;
  readonly reason: OmittedArtifacts["reason"];
}

/** Takes files in their order, each as long as it fits; pure. */
export function chooseArtifacts(
  files: readonly FoundFile[],
  limits: ArtifactLimits,
): { readonly taken: readonly FoundFile[]; readonly leftOut: readonly LeftOut[] } {
  const taken: FoundFile[] = [];
  const leftOut: LeftOut[] = [];
  let room = limits.totalBytes;
  for (const file of files) {
    const reason = reasonAgainst(file, limits, limits.files - taken.length, room);
    if (reason !== null) leftOut.push({ name: file.name, reason });
    else {
      taken.push(file);
      room -= file.bytes;
    }
  }
  return { taken, leftOut };
}

function reasonAgainst(
  { bytes, isReadable }: FoundFile,
  limits: ArtifactLimits,
  filesLeft: number,
  room: number,
): LeftOut["reason"] | null {
  if (!isReadable) return "unreadable";
  if (bytes > limits.fileBytes) return "too_large";
  return filesLeft === 0 || bytes > room ? "too_many" : null;
}

/** What was left out, as the API tells it: by reason. */
export function omittedArtifacts(leftOut: readonly LeftOut[]): OmittedArtifacts[] {
  return [...Map.groupBy(leftOut, ({ reason }) => reason)].map(([reason, same]) => ({
    reason,
    count: same.length,
    names: same.flatMap(({ name }) => name ?? []).slice(0, TOLD_NAMES),
  }));
}
