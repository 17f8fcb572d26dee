import { Counter, type Registry } from "prom-client";

/** One request that was answered. */
export interface AnsweredRequest {
  readonly method: string;
  /** The route's pattern, never the path that a caller wrote; null where there is none. */
  readonly route: string | null;
  readonly status: number;
}

/** Adds the count of requests to a registry; what it gives back counts one. */
export function requestMetrics(registry: Registry): (request: AnsweredRequest) => void {
  const requests = new Counter({
    name: "crankcase_http_requests_total",
    help: "Requests that were answered, by method, route and status.",
    labelNames: ["method", "route", "status"],
    registers: [registry],
  });
  return ({ method, route, status }) =>
    requests.inc({ method, route: route ?? "none", status: String(status) });
}
