/** Where artifacts that are kept are fetched, below it by id and name. */
export const ARTIFACTS_PATH = "/api/crankcase/v1/artifacts";

/** Path of one of them. */
export function artifactPath(id: string, name: string): string {
  return `${ARTIFACTS_PATH}/${id}/${name.split("/").map(encodeURIComponent).join("/")}`;
}
