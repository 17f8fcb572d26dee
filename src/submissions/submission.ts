import { foldersOf } from "./file-name.ts";

/** A tmpfs hands out whole pages (tmpfs(5)); those of amd64 and most arm64 kernels. */
const PAGE_BYTES = 4_096;

/** Folders of every jail's disk: its root, /box, /tmp, /dev/shm and /box/submission. */
const BOX_FOLDERS = 5;

/** A file of a job; its mode is 755 or 644. */
export interface FileContent {
  readonly name: string;
  readonly content: Buffer;
  readonly executable?: boolean;
}

/** What a job brings along. The names of its files were checked (file-name.ts). */
export interface SubmissionContent {
  readonly files: readonly FileContent[];
  readonly args: readonly string[];
  readonly stdin: Buffer;
}

/** A file as the jail takes it: its path below `/box`, and what is in it. */
export type BoxFile = FileContent;

/** What a job finds in its box: `submission/` with its files, `args.args` with the arguments, one a line, and `stdin.stdin`. */
export function boxFiles(content: SubmissionContent): BoxFile[] {
  return [
    ...content.files.map((file) => ({ ...file, name: `submission/${file.name}` })),
    { name: "args.args", content: Buffer.from(argsFile(content)) },
    { name: "stdin.stdin", content: content.stdin },
  ];
}

/** What a submission takes of the jail's disk, which is a tmpfs: whole pages for every file, and an inode for each name. */
export interface DiskUse {
  readonly bytes: number;
  readonly inodes: number;
}

/** What the jail's disk must hold of a submission before a stage starts: all of boxFiles. */
export function diskUse(content: SubmissionContent): DiskUse {
  const { files, stdin } = content;
  const sizes = [
    ...files.map((file) => file.content.length),
    stdin.length,
    Buffer.byteLength(argsFile(content)),
  ];
  const folders = new Set(files.flatMap(({ name }) => foldersOf(name)));
  return {
    bytes: sizes.reduce((sum, size) => sum + Math.ceil(size / PAGE_BYTES) * PAGE_BYTES, 0),
    inodes: sizes.length + folders.size + BOX_FOLDERS,
  };
}

const NOTHING: DiskUse = diskUse({ files: [], args: [], stdin: Buffer.alloc(0) });

/** What one submission takes with the files of another beside its own: folders that both have are counted twice. */
export function diskUseBeside(other: DiskUse, content: SubmissionContent): DiskUse {
  const own = diskUse(content);
  return { bytes: other.bytes + own.bytes, inodes: other.inodes + own.inodes - NOTHING.inodes };
}

/** The text of args.args: one argument a line. */
function argsFile({ args }: SubmissionContent): string {
  return args.map((arg) => `${arg}\n`).join("");
}
