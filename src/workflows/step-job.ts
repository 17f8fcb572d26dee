import { isUtf8 } from "node:buffer";
import type { JobRequest } from "../api/job-request.ts";
import type { Reference } from "../api/workflow-reference.ts";
import type { StepJob } from "../api/workflow-request.ts";
import { type Carried, toBytes, toText, unusable } from "./carried.ts";
import { isReference } from "./definition.ts";
import { mapped } from "./placeholder-job.ts";
import { jobReferences } from "./step-references.ts";

/** Gives what a reference stands for; null where there is none. Rejects with `value_unusable`. */
export type ReadValue = (reference: Reference) => Promise<Carried | null>;

/**
 * A step's job with everything in its place that it takes from elsewhere. Rejects with `value_unusable` for what is not there,
 * cannot stand there, or comes to more bytes than may be carried.
 */
export async function stepJob(job: StepJob, read: ReadValue, mostBytes: number): Promise<JobRequest> {
  const values = new Map<Reference, Carried>();
  let bytes = 0;
  for (const { reference, field } of jobReferences(job)) {
    const value = (await read(reference)) ?? standIn(reference, field);
    values.set(reference, value);
    bytes += toBytes(value, reference.as).length;
    if (bytes > mostBytes)
      unusable(`what the job takes from elsewhere is more than the ${mostBytes} bytes that may be carried`);
  }
  return filled(job, (reference) => values.get(reference) ?? standIn(reference, "job"));
}

function standIn(reference: Reference, field: string): Carried {
  if (reference.default !== undefined) return { kind: "json", value: reference.default };
  const { from } = reference;
  return unusable(
    from === undefined ? `${field}: the item has no such part` : `${field}: ${from} gave nothing`,
  );
}

function filled(job: StepJob, carriedFor: (reference: Reference) => Carried): JobRequest {
  const { stdin, args, environment, files, ...rest } = job;
  const text = (value: string | Reference, field: string) =>
    isReference(value) ? toText(carriedFor(value), value.as ?? "lines", field) : value;
  return {
    ...rest,
    files: files.map(({ content, ...file }) =>
      isReference(content)
        ? { ...file, ...fileContent(bytesOf(content, carriedFor), file) }
        : { ...file, content },
    ),
    ...(stdin === undefined ? {} : isReference(stdin) ? input(bytesOf(stdin, carriedFor)) : { stdin }),
    ...(args === undefined ? {} : { args: args.map((arg, index) => text(arg, `job.args[${index}]`)) }),
    ...(environment === undefined
      ? {}
      : { environment: mapped(environment, (value) => text(value, "a variable")) }),
  };
}

function bytesOf(reference: Reference, carriedFor: (reference: Reference) => Carried): Buffer {
  return toBytes(carriedFor(reference), reference.as);
}

/** As text where it is text: only then it is given to a compiler. */
function fileContent(bytes: Buffer, { encoding = "utf8" }: Pick<JobRequest["files"][number], "encoding">) {
  if (encoding === "utf8" && isUtf8(bytes)) return { content: bytes.toString(), encoding } as const;
  return { content: bytes.toString("base64"), encoding: "base64" } as const;
}

function input(bytes: Buffer): Pick<JobRequest, "stdin" | "stdin_encoding"> {
  return { stdin: bytes.toString("base64"), stdin_encoding: "base64" };
}
