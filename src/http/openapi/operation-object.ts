import { errorAnswers } from "./error-answers.ts";
import type { Answer, Operation } from "./operation.ts";
import { one } from "./operation.ts";

/** What is said of a path's parts. */
const PARAMETERS: Readonly<Record<string, string>> = {
  id: "Id of the job or workflow, or of a job's artifacts as the `url` of one has it.",
  name: "The artifact's name; the slashes in it stand as they are.",
};

/** The path as OpenAPI writes it: `{name}` for each part that varies. */
export function openApiPath(route: string): string {
  return route.replace(/:(\w+)/g, "{$1}").replace("*", "{name}");
}

/** One operation as OpenAPI's Operation Object. */
export function operationObject(operation: Operation): object {
  const { id, tag, summary, description, needs, body, answers } = operation;
  return {
    operationId: id,
    tags: [tag],
    summary,
    ...(description === undefined ? {} : { description }),
    "x-needs": needs,
    security: securityOf(operation),
    parameters: [
      { $ref: "#/components/parameters/RequestId" },
      ...pathParameters(operation),
      ...queryParameters(operation),
    ],
    ...(body === undefined ? {} : { requestBody: bodyObject(body) }),
    responses: {
      ...Object.fromEntries(
        answers.map((answer) => [String(answer.status), answerObject(answer, operation)]),
      ),
      ...errorAnswers(operation),
    },
  };
}

/** An empty requirement says that it goes without: a server on loopback asks for no key mostly. */
function securityOf({ needs, always = false }: Operation): object[] {
  if (needs === "nothing") return [];
  return [{ bearer: [] }, { apiKey: [] }, ...(always === true ? [] : [{}])];
}

function pathParameters({ route }: Operation): object[] {
  const names = [...openApiPath(route).matchAll(/\{(\w+)\}/g)].map(([, name = ""]) => name);
  return names.map((name) => ({
    name,
    in: "path",
    required: true,
    description: PARAMETERS[name] ?? "",
    schema: { type: "string" },
  }));
}

function queryParameters({ query = {} }: Operation): object[] {
  return Object.entries(query).map(([name, about]) => ({ name, in: "query", required: false, ...about }));
}

function bodyObject({ shape, example }: NonNullable<Operation["body"]>): object {
  return { required: true, content: { "application/json": { schema: one(shape), example } } };
}

function answerObject({ description, content, example }: Answer, { counts }: Operation): object {
  const media = Object.entries(content).map(([type, schema]) => [
    type,
    { schema, ...(example === undefined || type !== "application/json" ? {} : { example }) },
  ]);
  return {
    description,
    headers: {
      "x-request-id": { $ref: "#/components/headers/RequestId" },
      ...(counts === undefined ? {} : { ratelimit: { $ref: "#/components/headers/RateLimit" } }),
    },
    ...(media.length === 0 ? {} : { content: Object.fromEntries(media) }),
  };
}
