import { subscribe, unsubscribe } from "node:diagnostics_channel";
import type { FastifyInstance } from "fastify";

/** Fastify's own announcement of each server that is made. */
const CHANNEL = "fastify.initialization";

/** Every route of the server that is built meanwhile, as `GET /path`; HEAD, which comes with each GET, is left out. */
export async function routesOf(build: () => FastifyInstance): Promise<string[]> {
  const routes = new Set<string>();
  const onServer = (message: unknown) => {
    const { fastify } = message as { readonly fastify: FastifyInstance };
    fastify.addHook("onRoute", ({ method, url }) => {
      const path = url.replace(/(?<=.)\/$/, "");
      for (const each of [method].flat().filter((it) => it !== "HEAD")) routes.add(`${each} ${path}`);
    });
  };
  subscribe(CHANNEL, onServer);
  try {
    await build().ready();
  } finally {
    unsubscribe(CHANNEL, onServer);
  }
  return [...routes];
}
