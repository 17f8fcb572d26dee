import Type, { type Static } from "typebox";
import { type Scope, scopes } from "./scope.ts";

const strict = { additionalProperties: false } as const;

/** Schema of what is kept of one API key; the key itself is kept nowhere. */
const ApiKeyShape = Type.Object(
  {
    name: Type.String({
      pattern: "^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$",
      patternMessage:
        "must be 1 to 64 letters, digits, dots, dashes or underscores, and begin with a letter or digit",
      description: "What people call the key.",
    }),
    scopes: Type.Array(Type.Enum([...scopes]), { minItems: 1, description: "What it may be used for." }),
    sha256: Type.String({ pattern: "^[0-9a-f]{64}$", description: "SHA-256 of the key's text, in hex." }),
    created: Type.String({ minLength: 1, description: "ISO 8601 time at which it was made." }),
  },
  strict,
);

/** Schema of the JSON file of keys (`keys_file`). */
export const KeyFileShape = Type.Array(ApiKeyShape);

/** What is kept of one API key. */
export type ApiKey = Static<typeof ApiKeyShape>;

/** Whether a key may be used for something. */
export function mayUse(key: ApiKey, scope: Scope): boolean {
  return key.scopes.includes(scope) || key.scopes.includes("admin");
}
