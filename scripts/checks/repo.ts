import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { CheckResult } from "./check.ts";
import { projectFiles } from "./project-files.ts";
import { bannedTextFaults } from "./repo/banned-text.ts";
import { executionerFaults } from "./repo/executioner.ts";
import { fileLengthFaults } from "./repo/file-length.ts";
import { fileNameFaults } from "./repo/file-name.ts";
import { lockfileFaults } from "./repo/lockfile.ts";

/** One rule of the repository about one file; `file` is relative to the project's folder. */
type RepoRule = (file: string, text: string) => string[];

/** The repository's own small rules, over every file of the project. */
export async function checkRepo(root: string): Promise<CheckResult> {
  // Loaded here, for it brings the compiler along, a third of a second that the other checks need not pay.
  const { docCommentFaults } = await import("./repo/doc-comment.ts");
  const rules: readonly RepoRule[] = [
    bannedTextFaults,
    docCommentFaults,
    executionerFaults,
    fileLengthFaults,
    fileNameFaults,
    lockfileFaults,
  ];
  const files = await projectFiles(root);
  const faults: string[] = [];
  for (const file of files) {
    const text = await readFile(join(root, file), "latin1");
    faults.push(...rules.flatMap((rule) => rule(file, text)));
  }
  return { seen: files.length, faults };
}
