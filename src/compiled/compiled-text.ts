import { createHash } from "node:crypto";
import Type, { type Static } from "typebox";
import { shapeCheck } from "../schema/shape-check.ts";
import type { Compiled } from "./compiled.ts";

/** SHA-256. */
const DIGEST_BYTES = 32;
const LENGTH_BYTES = 4;

const Size = Type.Integer({ minimum: 0 });

/** What stands before the contents: whose they are, and how long each of them is. */
const HeadShape = Type.Object(
  {
    format: Type.Literal(1),
    key: Type.String(),
    output: Type.Array(
      Type.Object({ stream: Type.Enum(["stdout", "stderr"]), bytes: Size }, { additionalProperties: false }),
    ),
    files: Type.Array(
      Type.Object(
        { name: Type.String(), executable: Type.Boolean(), bytes: Size },
        { additionalProperties: false },
      ),
    ),
  },
  { additionalProperties: false },
);

type Head = Static<typeof HeadShape>;

const check = shapeCheck(HeadShape);

/** An entry as it lies on the disk: the SHA-256 of all that follows, the head's length and the head as JSON, the contents. */
export function writtenCompiled(key: string, { output, files }: Compiled): Buffer {
  const head: Head = {
    ...{ format: 1, key },
    output: output.map(({ stream, data }) => ({ stream, bytes: data.length })),
    files: files.map(({ name, executable, content }) => ({ name, executable, bytes: content.length })),
  };
  const text = Buffer.from(JSON.stringify(head));
  const length = Buffer.alloc(LENGTH_BYTES);
  length.writeUInt32LE(text.length);
  const contents = [...output.map(({ data }) => data), ...files.map(({ content }) => content)];
  const rest = Buffer.concat([length, text, ...contents]);
  return Buffer.concat([digestOf(rest), rest]);
}

/** The entry of that key in a file's bytes; null where they are not as they were written, or another key's. */
export function readCompiledText(key: string, bytes: Buffer): Compiled | null {
  const rest = bytes.subarray(DIGEST_BYTES);
  if (!digestOf(rest).equals(bytes.subarray(0, DIGEST_BYTES)) || rest.length < LENGTH_BYTES) return null;
  const headEnd = LENGTH_BYTES + rest.readUInt32LE(0);
  const head = parsed(rest.subarray(LENGTH_BYTES, headEnd).toString());
  if (head === null || head.key !== key) return null;
  let at = headEnd;
  const next = (size: number) => {
    at += size;
    return rest.subarray(at - size, at);
  };
  const output = head.output.map(({ stream, bytes: size }) => ({ stream, data: next(size) }));
  const files = head.files.map(({ name, executable, bytes: size }) => ({
    ...{ name, executable },
    content: next(size),
  }));
  return at === rest.length ? { output, files } : null;
}

function parsed(text: string): Head | null {
  try {
    const head: unknown = JSON.parse(text);
    return check(head) === null ? (head as Head) : null;
  } catch {
    return null;
  }
}

function digestOf(bytes: Buffer): Buffer {
  return createHash("sha256").update(bytes).digest();
}
