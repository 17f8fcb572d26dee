import { buffer } from "node:stream/consumers";
import type { Artifact } from "../api/artifact.ts";
import { ARTIFACTS_PATH } from "../api/artifact-path.ts";
import type { ArtifactStore } from "../artifacts/artifact-store.ts";

/** A file that a job delivered by URL; null where it has expired, "large" where it has more bytes than may be read. */
export async function keptArtifact(
  { name, url = "", bytes }: Artifact,
  store: Pick<ArtifactStore, "find">,
  mostBytes: number,
): Promise<Buffer | "large" | null> {
  if (bytes > mostBytes) return "large";
  const [id = ""] = url.slice(`${ARTIFACTS_PATH}/`.length).split("/", 1);
  const kept = await store.find(id, name);
  if (kept === null) return null;
  if (kept.bytes <= mostBytes) return await buffer(kept.content);
  kept.content.destroy();
  return "large";
}
