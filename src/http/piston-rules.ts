import type { FastifyInstance, FastifyRequest } from "fastify";
import { CrankcaseError } from "../errors/crankcase-error.ts";
import { errorHandler } from "./http-error.ts";
import { jsonText } from "./json-body.ts";
import { errorMessage } from "./packages.ts";
import { isAcceptedType } from "./piston/media-type.ts";
import type { ServerDeps } from "./server-deps.ts";

/** What all of Piston's generations keep to: which types are taken for JSON, and errors as a message alone. */
export function pistonRules(group: FastifyInstance, deps: ServerDeps): void {
  group.addHook("onRequest", (request, _reply, done) => {
    if (isAcceptedType(request.method, request.headers, deps.allowedOrigins)) done();
    else done(new CrankcaseError("unsupported_media_type", "requests must be of type application/json"));
  });
  group.removeAllContentTypeParsers();
  group.addContentTypeParser("*", { parseAs: "buffer" }, async (_request: FastifyRequest, body: Buffer) =>
    jsonText(body, "lenient"),
  );
  group.setErrorHandler(errorHandler(deps, (error) => ({ message: errorMessage(error) })));
}
