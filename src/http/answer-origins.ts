import type { FastifyInstance, FastifyRequest } from "fastify";

/** What pages may send besides what browsers always let them. */
const PREFLIGHT_HEADERS = {
  "access-control-allow-methods": "GET, POST, DELETE",
  "access-control-allow-headers": "Authorization, Content-Type, X-API-Key, X-Request-Id",
  "access-control-max-age": "600",
};

/** Of an answer's headers those that pages may read besides the ones they always may. */
const EXPOSED =
  "RateLimit, RateLimit-Policy, Retry-After, X-RateLimit-Limit, X-RateLimit-Remaining, X-RateLimit-Reset, X-Request-Id";

/**
 * Lets pages of allowed origins read the answers, by the headers of the Fetch standard ("CORS protocol"), and answers
 * what browsers ask beforehand. Others get no such header, and their browser keeps the answer from them. Cookies never
 * count here, so that credentials are never allowed: a page sends its key itself.
 */
export function answerOrigins(server: FastifyInstance, allowedOrigins: readonly string[]): void {
  server.addHook("onRequest", (request, reply, done) => {
    // Looked at each time: the list may change while the server runs.
    if (allowedOrigins.length === 0) return done();
    // On the raw answer: a stream of events goes out past Fastify's own headers.
    reply.raw.setHeader("vary", "Origin");
    const { origin } = request.headers;
    if (origin === undefined || !allowedOrigins.includes(origin)) return done();
    reply.raw.setHeader("access-control-allow-origin", origin);
    reply.raw.setHeader("access-control-expose-headers", EXPOSED);
    if (isPreflight(request)) reply.code(204).headers(PREFLIGHT_HEADERS).send();
    else done();
  });
}

function isPreflight({ method, headers }: FastifyRequest): boolean {
  return method === "OPTIONS" && headers["access-control-request-method"] !== undefined;
}
