import { isUtf8 } from "node:buffer";
import { stat } from "node:fs/promises";
import type { Testcase } from "../../api/testcases-request.ts";
import { CrankcaseError } from "../../errors/crankcase-error.ts";
import { fileBytes } from "../job/job-files.ts";
import type { CaseFiles } from "./find-cases.ts";

/** No server takes more in one request, and it would have to be held here. */
const MOST_BYTES = 268_435_456;

/** The longest name that a case may have. */
const MOST_NAME = 256;

/** Reads a case's files. Throws `invalid_command` for one that cannot be read or is too large for any request. */
export async function readCase({ name, input, answer, weight }: CaseFiles): Promise<Testcase> {
  const stdin = await encoded(input);
  const expected = answer === null ? null : await encoded(answer);
  return {
    name: name.slice(-MOST_NAME),
    stdin: stdin.text,
    stdin_encoding: stdin.encoding,
    ...(expected === null ? {} : { expected: expected.text, expected_encoding: expected.encoding }),
    ...(weight === undefined ? {} : { weight }),
  };
}

async function encoded(
  path: string,
): Promise<{ readonly text: string; readonly encoding: "utf8" | "base64" }> {
  const size = await stat(path).then(
    (it) => it.size,
    () => 0,
  );
  if (size > MOST_BYTES) {
    throw new CrankcaseError("invalid_command", `${path} is larger than any request may be (${size} bytes).`);
  }
  const bytes = await fileBytes(path);
  const encoding = isUtf8(bytes) ? "utf8" : "base64";
  return { text: bytes.toString(encoding), encoding };
}
