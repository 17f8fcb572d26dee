import { type ErrorCode, errorTable } from "../../errors/error-table.ts";
import type { Operation, SchemaObject } from "./operation.ts";
import { one } from "./operation.ts";

/** Statuses of answers that say when to try again. */
const RETRIED: readonly number[] = [429, 503];

/** The error answers of an operation by status, each with the codes that may be behind it. */
export function errorAnswers(operation: Operation): Record<string, object> {
  const byStatus = Map.groupBy(errorCodes(operation), (code) => errorTable[code].status ?? 500);
  const answers = [...byStatus].sort(([a], [b]) => a - b);
  return Object.fromEntries(
    answers.map(([status, codes]) => [String(status), answerOf(operation, status, codes)]),
  );
}

/** Every code that an operation may end in, as far as somebody hears of it. */
function errorCodes({ needs, body, counts, errors = [] }: Operation): ErrorCode[] {
  const codes: ErrorCode[] = [
    ...(needs === "nothing" ? [] : (["unauthorized", "wrong_host", "rate_limited"] as const)),
    ...(needs === "nothing" || needs === "key" ? [] : (["forbidden"] as const)),
    ...(body === undefined
      ? []
      : (["malformed_json", "invalid_request", "body_too_large", "unsupported_media_type"] as const)),
    ...(counts === undefined ? [] : (["rate_limited", "too_many_at_once"] as const)),
    ...(counts === "job" ? (["quota_spent"] as const) : []),
    ...errors,
    "internal",
  ];
  return [...new Set(codes)];
}

function answerOf({ errorShape }: Operation, status: number, codes: readonly ErrorCode[]): object {
  const description = codes.map((code) => `\`${code}\`: ${errorTable[code].meaning}`).join("\n\n");
  const retried = RETRIED.includes(status)
    ? { "retry-after": { $ref: "#/components/headers/RetryAfter" } }
    : {};
  return {
    description,
    headers: { "x-request-id": { $ref: "#/components/headers/RequestId" }, ...retried },
    content: { "application/json": { schema: errorSchema(errorShape, codes) } },
  };
}

function errorSchema(shape: Operation["errorShape"], codes: readonly ErrorCode[]): SchemaObject {
  if (shape === "PistonError") return one(shape);
  return { allOf: [one(shape), { properties: { code: { enum: codes } } }] };
}
