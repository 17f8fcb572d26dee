import { createHash } from "node:crypto";
import type { StageRequest } from "../jail/jail.ts";
import type { SubmissionContent } from "../submissions/submission.ts";
import type { ResolvedJob } from "./resolve-job.ts";

/** What a compile depends on besides its job. */
export interface CompileSetting {
  /** Which Crankcase makes the jails, and on what machine: compilers ask the processor what it can. */
  readonly host: string;
  /** Digest of the language's command lines. */
  readonly commandLines: string;
}

/** What lies in the box beside the sources; compilers that open it are rare. */
const INPUT_FILES = ["stdin.stdin", "args.args"];

/** Whether a job's files name its standard input or its arguments: its compile may depend on what is in them. */
export function mentionsInput({ files }: Pick<SubmissionContent, "files">): boolean {
  return files.some(({ content }) => INPUT_FILES.some((name) => content.includes(name)));
}

/**
 * Names a compile by all that its stage gets to see: where two have the same key (SHA-256, in hexadecimal), the one's output
 * is as good as the other's. Standard input and arguments count only where the files mention them: a judge runs one program
 * over many. One that opens them all the same is not kept (read-compiled.ts). Pure.
 */
export function compileKey(
  { runtime, limits, submission }: ResolvedJob,
  request: StageRequest,
  setting: CompileSetting,
): string {
  const { files } = submission;
  const { args, stdin } = mentionsInput(submission) ? submission : { args: null, stdin: Buffer.alloc(0) };
  const { language, version, executioner, root, build } = runtime;
  const hash = createHash("sha256");
  // It says how long each content is, so that no two lists of files are written alike.
  const sizes = files.map(({ name, content }) => [name, content.length]);
  const about = { setting, language, version, executioner, root, build, job: limits.job, request };
  hash.update(`${JSON.stringify({ ...about, sizes, args, stdin: stdin.length })}\n`);
  for (const { content } of files) hash.update(content);
  return hash.update(stdin).digest("hex");
}
