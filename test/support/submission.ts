import { randomUUID } from "node:crypto";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { JailerPlace } from "./jailer-place.ts";

/** A folder that a build reads, removed on disposal. */
export interface TestSubmission extends AsyncDisposable {
  /** Its name below the folder of builds. */
  readonly name: string;
  readonly path: string;
}

/** What a submission holds. */
export interface SubmissionContent {
  /** Text by path below /box/submission. */
  readonly files?: Readonly<Record<string, string | Buffer>>;
  readonly stdin?: string | Buffer;
}

/** Writes a submission as the daemon does. */
export async function writeSubmission(
  place: JailerPlace,
  content: SubmissionContent,
): Promise<TestSubmission> {
  const name = randomUUID();
  const path = join(place.buildsDir, name);
  await mkdir(join(path, "submission"), { recursive: true });
  await writeFile(join(path, "args.args"), "");
  await writeFile(join(path, "stdin.stdin"), content.stdin ?? "");
  for (const [file, text] of Object.entries(content.files ?? {})) {
    const place = join(path, "submission", file);
    await mkdir(dirname(place), { recursive: true });
    await writeFile(place, text);
  }
  return {
    ...{ name, path },
    [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }),
  };
}
