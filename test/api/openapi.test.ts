import { Validator } from "@seriousme/openapi-schema-validator";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, test } from "vitest";
import { errorTable } from "../../src/errors/error-table.ts";
import { openApiDocument, operations } from "../../src/http/openapi/document.ts";
import { EXAMPLE_QUEUED } from "../../src/http/openapi/job-examples.ts";
import { namedShapes } from "../../src/http/openapi/named-shapes.ts";
import type { ServerDeps } from "../../src/http/server-deps.ts";
import { shapeCheck } from "../../src/schema/shape-check.ts";
import { routesOf } from "./routes-of.ts";
import { sampleServer } from "./sample-server.ts";

/** The page's own files, and the description once more, which the page reads there. */
const OF_THE_PAGE = /^GET \/docs\//;

/** Where OpenAPI's version 3.1 keeps the schema of an answer. */
interface Described {
  readonly paths: Record<
    string,
    Record<
      string,
      { readonly responses: Record<string, { readonly content?: Record<string, { schema: object }> }> }
    >
  >;
}

/** One call, and the path under which it is described. */
interface Call {
  readonly path: string;
  readonly method: "GET" | "POST" | "DELETE";
  readonly url: string;
  readonly body?: object;
}

async function served() {
  const { server } = sampleServer();
  const response = await server.inject("/api/openapi.json");
  return { server, response, document: response.json<Described>() };
}

test("an OpenAPI validator takes the description for one of version 3.1", async () => {
  const { response, document } = await served();
  expect(response.statusCode).toBe(200);
  const validator = new Validator();
  expect(await validator.validate({ ...document })).toEqual({ valid: true });
  expect(validator.version).toBe("3.1");
});

test("every route that the server has is described, and none besides", async () => {
  const all = await routesOf(() => sampleServer().server);
  const routes = all.filter((route) => !OF_THE_PAGE.test(route));
  const described = operations.map(({ method, route }) => `${method} ${route}`);
  expect(described.toSorted()).toEqual(routes.toSorted());
});

test("every operation tells as whose it is checked at its route", async () => {
  const { server } = sampleServer({ access: closedAccess() });
  for (const { method, route, needs, answers } of operations) {
    if (answers.some(({ status }) => status === 101)) continue;
    const { statusCode } = await server.inject({ method, url: route.replace(":id", "x").replace("*", "y") });
    expect([route, statusCode === 401]).toEqual([route, needs !== "nothing"]);
  }
});

test("no two operations have one id, and each error they name is one that callers may get", () => {
  const ids = operations.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  const codes = new Set(operations.flatMap(({ errors = [] }) => errors));
  for (const code of codes) expect(Object.keys(errorTable)).toContain(code);
});

test("every example has the shape that it stands for", () => {
  const examples = operations.flatMap(({ body }) => (body === undefined ? [] : [body]));
  expect(examples.length).toBeGreaterThan(5);
  for (const { shape, example } of examples) expect(shapeCheck(namedShapes[shape])(example)).toBeNull();
  expect(shapeCheck(namedShapes.QueuedJob)(exampleOf("getJob"))).toBeNull();
  expect(shapeCheck(namedShapes.QueuedJobs)(exampleOf("listJobs"))).toBeNull();
  expect(shapeCheck(namedShapes.JobResult)(exampleOf("runJob"))).toBeNull();
  expect(shapeCheck(namedShapes.RuntimeInfo)((exampleOf("listRuntimes") as unknown[])[0])).toBeNull();
});

describe("what the server answers is what it describes", async () => {
  const { document } = await served();
  const { server } = sampleServer({ queued: oneQueued });
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  ajv.addSchema({ $id: "doc", ...document });
  const json = { "content-type": "application/json" };
  const hello = { language: "python", files: [{ content: "print('hi')" }] };
  const calls: readonly Call[] = [
    { path: "/", method: "GET", url: "/" },
    { path: "/healthz", method: "GET", url: "/healthz" },
    { path: "/readyz", method: "GET", url: "/readyz" },
    { path: "/api/openapi.json", method: "GET", url: "/api/openapi.json" },
    { path: "/api/crankcase/v1/runtimes", method: "GET", url: "/api/crankcase/v1/runtimes" },
    { path: "/api/crankcase/v1/packages", method: "GET", url: "/api/crankcase/v1/packages" },
    { path: "/api/crankcase/v1/status", method: "GET", url: "/api/crankcase/v1/status" },
    { path: "/api/crankcase/v1/reload", method: "POST", url: "/api/crankcase/v1/reload" },
    { path: "/api/crankcase/v1/jobs", method: "POST", url: "/api/crankcase/v1/jobs", body: hello },
    {
      path: "/api/crankcase/v1/jobs",
      method: "POST",
      url: "/api/crankcase/v1/jobs",
      body: { ...hello, language: 5 },
    },
    {
      path: "/api/crankcase/v1/jobs",
      method: "POST",
      url: "/api/crankcase/v1/jobs",
      body: { ...hello, wait: false },
    },
    {
      path: "/api/crankcase/v1/jobs/batch",
      method: "POST",
      url: "/api/crankcase/v1/jobs/batch",
      body: { jobs: [hello] },
    },
    { path: "/api/crankcase/v1/jobs", method: "GET", url: "/api/crankcase/v1/jobs?state=queued" },
    { path: "/api/crankcase/v1/jobs", method: "GET", url: "/api/crankcase/v1/jobs?limit=0" },
    { path: "/api/crankcase/v1/jobs/{id}", method: "GET", url: "/api/crankcase/v1/jobs/x?wait=0" },
    { path: "/api/crankcase/v1/jobs/{id}/events", method: "GET", url: "/api/crankcase/v1/jobs/nope/events" },
    { path: "/api/crankcase/v1/jobs/{id}", method: "DELETE", url: "/api/crankcase/v1/jobs/x" },
    { path: "/api/crankcase/v1/jobs/follow", method: "GET", url: "/api/crankcase/v1/jobs/follow" },
    {
      path: "/api/crankcase/v1/artifacts/{id}/{name}",
      method: "GET",
      url: "/api/crankcase/v1/artifacts/x/y.png",
    },
    {
      path: "/api/crankcase/v1/packages",
      method: "POST",
      url: "/api/crankcase/v1/packages",
      body: { name: "python" },
    },
    { path: "/api/v2/runtimes", method: "GET", url: "/api/v2/runtimes" },
    { path: "/api/v2/packages", method: "GET", url: "/api/v2/packages" },
    { path: "/api/v2/execute", method: "POST", url: "/api/v2/execute", body: hello },
    {
      path: "/api/v2/piston/execute",
      method: "POST",
      url: "/api/v2/piston/execute/",
      body: { ...hello, files: 1 },
    },
    { path: "/api/v2/connect", method: "GET", url: "/api/v2/connect" },
    { path: "/versions", method: "GET", url: "/versions" },
    {
      path: "/execute",
      method: "POST",
      url: "/execute",
      body: { language: "python", source: "print('hi')" },
    },
    { path: "/api/v1/piston/execute", method: "POST", url: "/api/v1/piston/execute", body: {} },
  ];
  test.each(calls)("$method $url $body", async (call) => {
    const { path, method } = call;
    const response = await sent(call);
    const { responses } = document.paths[path]?.[method.toLowerCase()] ?? { responses: {} };
    expect(Object.keys(responses)).toContain(String(response.statusCode));
    const pointer = ["paths", path, method.toLowerCase(), "responses", String(response.statusCode)];
    const schema = [...pointer, "content", "application/json", "schema"].map(escaped).join("/");
    const check = ajv.compile({ $ref: `doc#/${schema}` });
    check(response.json());
    expect(check.errors ?? []).toEqual([]);
  });

  async function sent({ method, url, body }: Call) {
    const operator = {
      keys: { find: () => null },
      isOpen: true,
      isLocal: true,
      faults: [],
      isOperator: () => true,
    };
    const asOperator = url.endsWith("/reload") || url.endsWith("v1/packages");
    const to = asOperator ? sampleServer({ access: operator }).server : server;
    return await to.inject({ method, url, ...(body === undefined ? {} : { headers: json, body }) });
  }
});

test("the description has nothing in it that JSON has not", () => {
  const document = openApiDocument("1.2.3");
  expect(JSON.parse(JSON.stringify(document))).toEqual(document);
});

/** A queue with one job in it, whose id is `x`. */
const oneQueued: ServerDeps["queued"] = {
  submit: (requests) => Promise.resolve(requests.map(() => ({ job: EXAMPLE_QUEUED, isNew: true }))),
  find: ([id]) => Promise.resolve(id === "x" ? [EXAMPLE_QUEUED] : []),
  list: () => Promise.resolve([EXAMPLE_QUEUED]),
  changed: () => Promise.resolve(),
  tell: () => Promise.resolve(),
  cancel: () => Promise.resolve(),
  waiting: 1,
  running: 0,
};

function exampleOf(id: string): unknown {
  return operations.find((operation) => operation.id === id)?.answers[0]?.example;
}

function closedAccess() {
  return { keys: { find: () => null }, isOpen: false, isLocal: false, faults: [], isOperator: () => false };
}

/** A step of a JSON pointer within a URI's fragment. */
function escaped(step: string): string {
  return encodeURIComponent(step.replaceAll("~", "~0").replaceAll("/", "~1"));
}
