import type { ServerResponse } from "node:http";
import type { FastifyInstance } from "fastify";
import type { Meter, Work } from "../access/meter.ts";
import { type Standing, WINDOW_SECONDS } from "../access/standing.ts";

declare module "fastify" {
  interface FastifyContextConfig {
    /** What a request for the route takes from its caller's limits; left out, nothing. */
    counts?: Work;
  }
}

/**
 * Counts the requests that run jobs or change packages against their caller's limits, and tells the caller where it
 * stands. To be called after `requireKeys`, which says who calls.
 */
export function countRequests(server: FastifyInstance, meter: Meter): void {
  server.addHook("onRequest", async ({ routeOptions, caller }, reply) => {
    const { counts } = routeOptions.config;
    if (counts === undefined) return;
    const entry = await meter.enter(caller, counts, (standing) => tellStanding(reply.raw, standing));
    reply.raw.once("close", () => entry[Symbol.dispose]());
    // Who hung up meanwhile is not told of again.
    if (reply.raw.closed) entry[Symbol.dispose]();
  });
}

/**
 * The headers of the IETF's draft (draft-ietf-httpapi-ratelimit-headers-10), and those that clients know from GitHub and
 * others, where the reset is a time in seconds since 1970.
 */
function tellStanding(answer: ServerResponse, { policy, limit, remaining, resetSeconds }: Standing): void {
  const resetAt = Math.ceil(Date.now() / 1000) + resetSeconds;
  answer.setHeader("ratelimit-policy", `"${policy}";q=${limit};w=${WINDOW_SECONDS}`);
  answer.setHeader("ratelimit", `"${policy}";r=${remaining};t=${resetSeconds}`);
  answer.setHeader("x-ratelimit-limit", limit);
  answer.setHeader("x-ratelimit-remaining", remaining);
  answer.setHeader("x-ratelimit-reset", resetAt);
}
