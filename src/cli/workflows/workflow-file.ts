import { isUtf8 } from "node:buffer";
import { basename, dirname, resolve } from "node:path";
import { CrankcaseError } from "../../errors/crankcase-error.ts";
import { yamlValue } from "../../schema/yaml-value.ts";
import { fileBytes } from "../job/job-files.ts";

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
  const value = yamlOf(text, file);
  if (isFields(value)) return value;
  throw invalid(`${file} holds no workflow: it must be an object with steps.`);
}

function yamlOf(text: string, file: string): unknown {
  try {
    return yamlValue(text, { merges: true });
  } catch (error) {
    throw invalid(`${file} is not YAML: ${error instanceof Error ? error.message : error}`);
  }
}

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function invalid(message: string): CrankcaseError {
  return new CrankcaseError("invalid_command", message);
}
