import type { JobJail, StageReport } from "../jail/jail.ts";
import type { SubmissionContent } from "../submissions/submission.ts";
import {
  byName,
  contentsInput,
  contentsRequest,
  type FoundFile,
  listingRequest,
  parseContents,
  parseListing,
} from "./artifact-listing.ts";
import { type ArtifactLimits, chooseArtifacts, type LeftOut } from "./choose-artifacts.ts";
import { ranStage } from "./ran-stage.ts";

/** A file of a job. */
export interface FileContent {
  readonly name: string;
  readonly content: Buffer;
}

/** What a job has written, and what of it was left out. */
export interface CollectedArtifacts {
  readonly files: readonly FileContent[];
  readonly leftOut: readonly LeftOut[];
}

/** Where they are looked for. */
export interface ArtifactSource {
  /** No stage of it runs. */
  readonly jail: JobJail;
  readonly expressions: readonly string[];
  readonly limits: ArtifactLimits;
  /** What the request brought along, which comes back only where it was changed. */
  readonly submission: Pick<SubmissionContent, "files">;
}

/**
 * Reads the files of a jail that match, by two small stages of it, as the user that the job was: what is opened is what that
 * user may open, inside. Between stages nothing of the job lives, so that what was listed stays as it is.
 * Rejects like a stage's report.
 */
export async function collectArtifacts(source: ArtifactSource): Promise<CollectedArtifacts> {
  const { jail, limits, submission } = source;
  const listing = await ranStage(jail, listingRequest(source.expressions));
  const unlisted = unlistedBy(listing.report);
  const brought = new Map(submission.files.map(({ name, content }) => [name, content]));
  const found = parseListing(listing.stdout);
  // What was brought along and has its old size must be read before it counts; it takes no more than the request did.
  const [fresh, doubtful] = parted(found, ({ name, bytes }) => brought.get(name)?.length !== bytes);
  const first = chooseArtifacts(fresh, limits);
  const wanted = [...first.taken, ...doubtful.filter(({ isReadable }) => isReadable)];
  const contents = await readFiles(jail, wanted);
  if (contents === null)
    return { files: [], leftOut: [...first.leftOut, ...unread(first.taken), ...unlisted] };
  const isChanged = ({ name }: FoundFile) =>
    brought.get(name)?.equals(contents.get(name) ?? Buffer.alloc(0)) !== true;
  const last = chooseArtifacts(wanted.filter(isChanged), limits);
  const takenNames = new Set(last.taken.map(({ name }) => name));
  return {
    files: [...contents]
      .flatMap(([name, content]) => (takenNames.has(name) ? [{ name, content }] : []))
      .sort(byName),
    leftOut: [...first.leftOut, ...last.leftOut, ...unlisted],
  };
}

/** The files' contents by name; null where they cannot be read as they were listed. */
async function readFiles(jail: JobJail, files: readonly FoundFile[]): Promise<Map<string, Buffer> | null> {
  if (files.length === 0) return new Map();
  const total = files.reduce((sum, { bytes }) => sum + bytes, 0);
  const { report, stdout } = await ranStage(jail, contentsRequest(total), contentsInput(files));
  return report.exitCode === 0 ? parseContents(files, stdout) : null;
}

/** A search that was ended has not seen all; one that says 1 met a folder that its own user may not read. */
function unlistedBy({ exitCode }: StageReport): LeftOut[] {
  if (exitCode === 0) return [];
  return [{ name: null, reason: exitCode === null ? "unlisted" : "unreadable" }];
}

function unread(files: readonly FoundFile[]): LeftOut[] {
  return files.map(({ name }) => ({ name, reason: "unreadable" as const }));
}

function parted<Item>(items: readonly Item[], isFirst: (item: Item) => boolean): [Item[], Item[]] {
  return [items.filter(isFirst), items.filter((item) => !isFirst(item))];
}
