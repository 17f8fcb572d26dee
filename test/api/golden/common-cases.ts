import { type GoldenCase, get, post } from "./golden-case.ts";

/** Piston's answer where there is nothing. */
export const NOT_FOUND = { message: "Not Found" };

/** Its answer to what is not declared as JSON. */
export const MESSAGE_415 = { message: "requests must be of type application/json" };
const TOO_LARGE = { message: "The body is larger than 2000000 bytes." };
const MALFORMED = { message: "The body is not JSON at line 1, column 9." };

/** Our answer where the queue is full. */
export const BUSY = { message: "The queue of waiting jobs is full." };

/** Our answer where we have failed. */
export const BUG = { message: "Something failed that should not." };

/** What is the same for every route of Piston's that takes a body. */
export function common(path: string, good: object, told: unknown): GoldenCase[] {
  const text = JSON.stringify(good);
  const sent = (title: string, headers: Readonly<Record<string, string>>, status: number, answer: unknown) =>
    post(path, text, status, answer, { title: `POST ${path} ${title}`, headers });
  return [
    ...["application/json", "application/json; charset=utf-8", "text/plain", "text/plain;charset=UTF-8"].map(
      (type) => sent(`as ${type}`, { "content-type": type }, 200, told),
    ),
    sent("without a type", {}, 200, told),
    sent(
      "as text of an allowed origin",
      { "content-type": "text/plain", origin: "https://allowed.example" },
      200,
      told,
    ),
    sent(
      "as text of a foreign origin",
      { "content-type": "text/plain", origin: "https://evil.example" },
      415,
      MESSAGE_415,
    ),
    sent("without a type of a foreign origin", { origin: "https://evil.example" }, 415, MESSAGE_415),
    sent("as text of no origin", { "content-type": "text/plain", origin: "null" }, 415, MESSAGE_415),
    sent("as a form", { "content-type": "application/x-www-form-urlencoded" }, 415, MESSAGE_415),
    sent("as a form with files", { "content-type": "multipart/form-data; boundary=x" }, 415, MESSAGE_415),
    post(path, '{"a": 1,}', 400, MALFORMED),
    post(path, "[]", 400, { message: "The body must be a JSON object, from line 1, column 1 on." }),
    post(path, `{"a":"${"x".repeat(2_000_000)}"}`, 413, TOO_LARGE, { title: `POST ${path} with too much` }),
    post(path, `\uFEFF${text}`, 200, told, { title: `POST ${path} behind a byte order mark` }),
    post(path, `{"language": 5, ${text.slice(1)}`, 200, told, {
      title: `POST ${path} with a name twice: the last counts`,
    }),
    { ...get(path, NOT_FOUND, 404) },
    { ...get(path, NOT_FOUND, 404, "DELETE"), headers: { "content-type": "application/json" } },
  ];
}
