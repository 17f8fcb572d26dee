import { isUtf8 } from "node:buffer";
import { basename, dirname, resolve } from "node:path";
import { LineCounter, parseDocument } from "yaml";
import { CrankcaseError } from "../../errors/crankcase-error.ts";
import { fileBytes } from "../job/job-files.ts";

/** Aliases that are followed in one file: what people write takes a few. */
const MOST_ALIASES = 100;

type Fields = Readonly<Record<string, unknown>>;

/**
 * Reads a workflow of YAML, or JSON, which is YAML too. A file with `path` in the place of `content`, and a `stdin` with `path`,
 * are read from beside it. What stands there otherwise the server checks. Throws `invalid_command`.
 */
export async function readWorkflow(file: string): Promise<object> {
  const workflow = parsed((await fileBytes(file)).toString(), file);
  const steps = workflow.steps;
  if (!Array.isArray(steps)) throw invalid(`${file} has no list called steps.`);
  const folder = dirname(file);
  return { ...workflow, steps: await Promise.all(steps.map((step) => withFiles(step, folder))) };
}

async function withFiles(step: unknown, folder: string): Promise<unknown> {
  if (!isFields(step) || !isFields(step.job)) return step;
  const { files, stdin, ...job } = step.job;
  const read = Array.isArray(files) ? await Promise.all(files.map((one) => readFile(one, folder))) : files;
  return {
    ...step,
    job: { ...job, ...(files === undefined ? {} : { files: read }), ...(await readInput(stdin, folder)) },
  };
}

async function readFile(file: unknown, folder: string): Promise<unknown> {
  if (!isFields(file) || typeof file.path !== "string") return file;
  const { path, ...rest } = file;
  const { content, encoding } = await contentOf(resolve(folder, file.path));
  return { name: basename(String(path)), ...rest, content, encoding };
}

async function readInput(stdin: unknown, folder: string): Promise<object> {
  if (!isFields(stdin) || typeof stdin.path !== "string") return stdin === undefined ? {} : { stdin };
  const { content, encoding } = await contentOf(resolve(folder, stdin.path));
  return { stdin: content, stdin_encoding: encoding };
}

async function contentOf(path: string): Promise<{ readonly content: string; readonly encoding: string }> {
  const bytes = await fileBytes(path);
  const encoding = isUtf8(bytes) ? "utf8" : "base64";
  return { content: bytes.toString(encoding), encoding };
}

function parsed(text: string, file: string): Fields {
  const lineCounter = new LineCounter();
  const document = parseDocument(text, { lineCounter, prettyErrors: false });
  const [error] = document.errors;
  if (error !== undefined)
    throw invalid(`${file}:${lineCounter.linePos(error.pos[0]).line} is not YAML: ${error.message}`);
  const value: unknown = document.toJS({ maxAliasCount: MOST_ALIASES });
  if (isFields(value)) return value;
  throw invalid(`${file} holds no workflow: it must be an object with steps.`);
}

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function invalid(message: string): CrankcaseError {
  return new CrankcaseError("invalid_command", message);
}
