import type { Artifact } from "../api/artifact.ts";
import { artifactPath } from "../api/artifact-path.ts";
import type { ArtifactStore } from "../artifacts/artifact-store.ts";
import type { FileContent } from "./collect-artifacts.ts";

/** Tells files as the API does: with their content, or kept in the store and with the path at which they are. */
export async function deliverArtifacts(
  files: readonly FileContent[],
  delivery: "inline" | "url",
  store: ArtifactStore,
): Promise<Artifact[]> {
  if (delivery === "inline" || files.length === 0) return files.map(inline);
  const { id, expiresAt } = await store.keep(files);
  return files.map(({ name, content }) => ({
    name,
    bytes: content.length,
    url: artifactPath(id, name),
    expires_at: expiresAt.toISOString(),
  }));
}

function inline({ name, content }: FileContent): Artifact {
  return { name, bytes: content.length, content: content.toString("base64") };
}
