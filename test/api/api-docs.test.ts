import { expect, test } from "vitest";
import { sampleServer } from "./sample-server.ts";

/** Nobody has a key, and the server wants one. */
const CLOSED = {
  keys: { find: () => null },
  isOpen: false,
  isLocal: false,
  faults: [],
  isOperator: () => false,
};

test("the documentation's page and all it loads come from the server itself, without a key", async () => {
  const { server } = sampleServer({ access: CLOSED });
  const page = await server.inject("/docs");
  expect(page.statusCode).toBe(200);
  expect(page.headers["content-type"]).toMatch(/^text\/html/);
  const loaded = [...page.body.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, path = ""]) => path);
  expect(loaded.length).toBeGreaterThan(3);
  for (const path of loaded) {
    expect(path).toMatch(/^\/docs\//);
    expect((await server.inject(path)).statusCode).toBe(200);
  }
});

test("the page's browser may ask no other host, run no script of the page's text, and show it in no frame", async () => {
  const { server } = sampleServer();
  for (const path of ["/docs", "/docs/", "/docs/static/swagger-ui-bundle.js", "/api/openapi.json"]) {
    const { headers } = await server.inject(path);
    const policy = String(headers["content-security-policy"]);
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toMatch(/unsafe|https?:|\*/);
    expect(headers["x-content-type-options"]).toBe("nosniff");
  }
});

test("the page reads the description that the server has", async () => {
  const { server } = sampleServer();
  const [read, own] = await Promise.all(
    ["/docs/json", "/api/openapi.json"].map((path) => server.inject(path)),
  );
  expect(read?.json()).toEqual(own?.json());
});

test("HEAD answers like GET, without the page", async () => {
  const { server } = sampleServer();
  const { statusCode, headers, body } = await server.inject({ method: "HEAD", url: "/docs" });
  expect([statusCode, body]).toEqual([200, ""]);
  expect(headers["content-security-policy"]).toBeDefined();
});

test("a path below the page's leads to no file but the page's", async () => {
  const { server } = sampleServer();
  for (const path of ["/docs/static/..%2f..%2fpackage.json", "/docs/static/%2e%2e/index.js", "/docs/static/"])
    expect((await server.inject(path)).statusCode).toBeGreaterThanOrEqual(400);
});
