import swagger from "@fastify/swagger";
import swaggerUi from "@fastify/swagger-ui";
import type { FastifyInstance } from "fastify";
import { openApiDocument } from "./openapi/document.ts";
import type { ServerDeps } from "./server-deps.ts";

/** The page has all it needs from this server, and may ask nobody else. */
const PAGE_HEADERS = {
  "content-security-policy":
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
};

/**
 * Swagger UI's own badge of validity would send the description's address to a foreign host; its other layout asks for
 * foreign descriptions.
 */
const UI = { validatorUrl: null, layout: "BaseLayout", deepLinking: true, docExpansion: "list" } as const;

/** `GET /api/openapi.json`: the API's description; `GET /docs`: the same for people. Both are open: they tell no secret. */
export function apiDocs(server: FastifyInstance, { version }: Pick<ServerDeps, "version">): void {
  server.register((group, _options, done) => {
    const document = openApiDocument(version);
    const text = JSON.stringify(document);
    group.addHook("onRoute", (route) => {
      route.config = { ...route.config, needs: "nothing" };
    });
    group.addHook("onSend", async (_request, reply) => {
      reply.headers(PAGE_HEADERS);
    });
    group.get("/api/openapi.json", (_request, reply) => reply.type("application/json").send(text));
    // The plugin's types know no OpenAPI 3.1.
    group.register(swagger, { mode: "static", specification: { document: document as never } });
    group.register(swaggerUi, {
      routePrefix: "/docs",
      uiConfig: UI,
      theme: { title: "Crankcase's API" },
    });
    done();
  });
}
