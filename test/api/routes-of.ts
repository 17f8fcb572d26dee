import type { FastifyInstance } from "fastify";

/** Every route of a server that is ready, as `GET /path`; without those that only answer HEAD in place of GET. */
export function routesOf(server: FastifyInstance): string[] {
  const path: string[] = [];
  return server
    .printRoutes({ commonPrefix: false })
    .split("\n")
    .flatMap((line) => {
      const [, indent = "", name = "", methods = ""] = /^(.*?)[└├]── (.*?)(?: \(([A-Z, ]+)\))?$/u.exec(line) ?? [];
      const depth = indent.length / 4;
      path.splice(depth, Number.POSITIVE_INFINITY, name);
      const route = path.join("") || "/";
      return methods
        .split(", ")
        .filter((method) => method !== "" && method !== "HEAD")
        .map((method) => `${method} ${route}`);
    });
}
