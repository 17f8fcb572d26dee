import { brokenJson, brokenUtf8 } from "./broken-texts.ts";
import type { MalformedBody } from "./malformed-body.ts";
import { fileNames, wrongFields } from "./wrong-fields.ts";
import { wrongTypes } from "./wrong-types.ts";

/** All of them, for the native API. */
export const MALFORMED_BODIES: readonly MalformedBody[] = [
  ...wrongTypes(),
  ...fileNames(),
  ...wrongFields(),
  ...brokenJson(),
  ...brokenUtf8(),
];

/** Those that Piston's routes refuse too: they ignore what they do not know, and take a name twice and a byte order mark. */
export const PISTON_BODIES: readonly MalformedBody[] = [
  ...fileNames().filter(({ title }) => title !== "a name nothing"),
  ...brokenJson().filter(({ body }) => typeof body === "string" && !body.startsWith("\uFEFF")),
  ...brokenUtf8(),
];
