import Type, { type Static } from "typebox";
import { type Scope, scopes } from "./scope.ts";

const strict = { additionalProperties: false } as const;

/** A limit of one key; 0 would be a key for nothing. */
const Bound = (description: string) => Type.Optional(Type.Integer({ minimum: 1, description }));

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
    expires: Type.Optional(
      Type.String({
        pattern: "^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}(\\.\\d+)?Z$",
        patternMessage: "must be a time of UTC such as 2027-01-31T12:00:00Z",
        description: "ISO 8601 time from which on it opens nothing.",
      }),
    ),
    rate_per_minute: Bound("Requests a minute; left out: `key_rate_per_minute` of the configuration."),
    concurrency: Bound("Requests under way at one time, those that wait among them."),
    daily_jobs: Bound("Jobs a day, which begins at midnight, UTC."),
  },
  strict,
);

/** Schema of the JSON file of keys (`keys_file`). */
export const KeyFileShape = Type.Array(ApiKeyShape);

/** What is kept of one API key. */
export type ApiKey = Static<typeof ApiKeyShape>;

/** Whether a key's time is over. A time that is none, such as of a 13th month, is over. */
export function isExpired({ expires }: ApiKey, now: Date): boolean {
  return expires !== undefined && !(Date.parse(expires) > now.getTime());
}

/** Whether a key may be used for something. */
export function mayUse(key: ApiKey, scope: Scope): boolean {
  return key.scopes.includes(scope) || key.scopes.includes("admin");
}
