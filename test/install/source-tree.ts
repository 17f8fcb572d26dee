import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { dir } from "tmp-promise";
import { PROJECT_DIR } from "../support/test-data.ts";

/** A copy of the project's files as a clone would have them, to install from and to change. */
export interface SourceTree extends AsyncDisposable {
  readonly path: string;
  /** Replaces a text in one of its files; throws when it is not there. */
  edit(file: string, from: string, to: string): Promise<void>;
}

/** Copies what git knows or would take. */
export async function sourceTree(): Promise<SourceTree> {
  const folder = await dir({ tmpdir: "/var/tmp", prefix: "source-tree", unsafeCleanup: true, mode: 0o755 });
  const list = ["ls-files", "-z", "--cached", "--others", "--exclude-standard"];
  const { stdout } = await execa("git", list, { cwd: PROJECT_DIR });
  const archive = ["--create", "--null", "--files-from=-", "--ignore-failed-read"];
  const packed = execa("tar", archive, { cwd: PROJECT_DIR, input: stdout, encoding: "buffer" });
  await packed.pipe("tar", ["--extract", `--directory=${folder.path}`]);
  return {
    path: folder.path,
    async edit(file, from, to) {
      const path = join(folder.path, file);
      const text = await readFile(path, "utf8");
      if (!text.includes(from)) throw new Error(`${file} has no ${from}`);
      await writeFile(path, text.replace(from, to));
    },
    [Symbol.asyncDispose]: () => folder.cleanup(),
  };
}
