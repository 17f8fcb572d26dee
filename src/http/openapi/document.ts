import { namedShapes } from "./named-shapes.ts";
import { nativeOperations } from "./native-operations.ts";
import { type Operation, tags } from "./operation.ts";
import { openApiPath, operationObject } from "./operation-object.ts";
import { packageOperations } from "./package-operations.ts";
import { pistonOperations } from "./piston-operations.ts";
import { queuedOperations } from "./queued-operations.ts";
import { serverOperations } from "./server-operations.ts";
import { workflowOperations } from "./workflow-operations.ts";

/** Every operation of the server. */
export const operations: readonly Operation[] = [
  ...nativeOperations,
  ...queuedOperations,
  ...workflowOperations,
  ...packageOperations,
  ...serverOperations,
  ...pistonOperations,
];

const ABOUT = `Crankcase runs untrusted source code in many languages, each job in a jail of its own.

Requests have limits and defaults that the operator sets. Paths work with and without a slash at their end. Where keys are required, each operation says what its key must be for (\`x-needs\`).`;

/** The description of the whole API by OpenAPI 3.1, of the schemas by which requests are checked. */
export function openApiDocument(version: string): Record<string, unknown> {
  return {
    openapi: "3.1.0",
    info: {
      title: "Crankcase",
      version,
      description: ABOUT,
      license: { name: "MIT", identifier: "MIT" },
    },
    servers: [{ url: "/" }],
    tags: Object.entries(tags).map(([name, description]) => ({ name, description })),
    paths: paths(),
    components: {
      // What is not JSON about them, such as symbols, goes.
      schemas: JSON.parse(JSON.stringify(namedShapes)),
      securitySchemes,
      headers,
      parameters,
    },
  };
}

function paths(): Record<string, object> {
  const byPath = Map.groupBy(operations, ({ route }) => openApiPath(route));
  return Object.fromEntries(
    [...byPath].map(([path, same]) => [
      path,
      Object.fromEntries(same.map((it) => [it.method.toLowerCase(), operationObject(it)])),
    ]),
  );
}

const securitySchemes = {
  bearer: {
    type: "http",
    scheme: "bearer",
    description: "`Authorization: Bearer KEY`; `Authorization: KEY` does as well.",
  },
  apiKey: {
    type: "apiKey",
    in: "header",
    name: "X-API-Key",
    description: "The same key in a header of its own.",
  },
};

const headers = {
  RequestId: {
    description: "The request's id: the caller's own where it sent one, else ours. The log has it.",
    schema: { type: "string" },
  },
  RetryAfter: { description: "Seconds after which to try again.", schema: { type: "integer", minimum: 1 } },
  RateLimit: {
    description: "Where the caller stands with its requests of this minute; there where they are limited.",
    schema: { type: "string" },
  },
};

const parameters = {
  RequestId: {
    name: "x-request-id",
    in: "header",
    description: "An id of the caller's own for this request; another than such a one is not looked at.",
    schema: { type: "string", pattern: "^[A-Za-z0-9._-]{1,64}$" },
  },
};
