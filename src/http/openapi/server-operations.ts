import { type Answer, type Operation, ok, one } from "./operation.ts";

const READY = { ready: true, reasons: [] };
const NOT_READY = { ready: false, reasons: ["no language is installed"] };

function text(description: string, type: string): Answer {
  return { status: 200, description, content: { [type]: { type: "string" } } };
}

/** Operations at the root: health, metrics, this description. */
export const serverOperations: readonly Operation[] = [
  {
    method: "GET",
    route: "/",
    id: "nameServer",
    tag: "operation",
    summary: "Name the server and its version",
    needs: "key",
    answers: [ok("As Piston does.", one("PistonError"), { message: "Crankcase v1.0.0" })],
    errorShape: "PistonError",
  },
  {
    method: "GET",
    route: "/healthz",
    id: "getHealth",
    tag: "operation",
    summary: "Tell whether the server is alive",
    needs: "nothing",
    answers: [
      ok("It serves.", one("Health")),
      { ...ok("It was asked to stop.", one("Health")), status: 503 },
    ],
    errorShape: "PistonError",
  },
  {
    method: "GET",
    route: "/readyz",
    id: "getReadiness",
    tag: "operation",
    summary: "Tell whether jobs should be sent here",
    description: "What a load balancer asks. The jailer is asked once a second at most.",
    needs: "nothing",
    answers: [
      ok("It takes jobs.", one("Readiness"), READY),
      { ...ok("It does not, and why.", one("Readiness"), NOT_READY), status: 503 },
    ],
    errorShape: "PistonError",
  },
  {
    method: "GET",
    route: "/metrics",
    id: "getMetrics",
    tag: "operation",
    summary: "Count and measure, for Prometheus",
    needs: "metrics",
    always: "elsewhere",
    answers: [text("Metrics in Prometheus' text format.", "text/plain")],
    errorShape: "PistonError",
  },
  {
    method: "GET",
    route: "/api/openapi.json",
    id: "getDescription",
    tag: "operation",
    summary: "Describe the whole API",
    needs: "nothing",
    answers: [ok("This description, by OpenAPI 3.1.", { type: "object" })],
    errorShape: "PistonError",
  },
  {
    method: "GET",
    route: "/docs",
    id: "readDocumentation",
    tag: "operation",
    summary: "Show this description to a person",
    needs: "nothing",
    answers: [text("A page that asks nothing of any other host.", "text/html")],
    errorShape: "PistonError",
  },
];
