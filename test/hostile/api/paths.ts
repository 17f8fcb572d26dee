import type { ApiAttack } from "./api-attack.ts";
import { EXECUTE, HELLO, type Posted, post, unlike } from "./posting.ts";
import { exchange } from "./raw-connection.ts";

const ARTIFACTS = "/api/crankcase/v1/artifacts";

/** Asks for a path as it is written: a client's own URL parser would tidy it up. */
async function statusesOf(url: string, paths: readonly string[]): Promise<[string, number, string][]> {
  return await Promise.all(
    paths.map(async (path): Promise<[string, number, string]> => {
      using answered = await exchange(
        url,
        `GET ${path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n`,
      );
      return [path, answered.statuses()[0] ?? 0, answered.text()];
    }),
  );
}

/** Paths of requests, and texts in them that somebody has to match. */
export const paths: readonly ApiAttack[] = [
  {
    name: "paths-that-climb",
    promise: "No path of a request leads to a file of the server's machine.",
    run: async ({ serving, traps }) => {
      const climbs = [
        "../".repeat(12),
        "..%2f".repeat(12),
        "%2e%2e/".repeat(12),
        "..%5c".repeat(12),
        "%252e%252e%252f".repeat(12),
        "....//".repeat(12),
        "..;/".repeat(12),
        "%c0%ae%c0%ae/".repeat(12),
        "/",
        "%2f",
      ];
      const roots = ["/docs/", "/api/", "/", `${ARTIFACTS}/`, `${ARTIFACTS}/${"A".repeat(43)}/`];
      const canary = traps.facts.canary_file.slice(1);
      const asked = roots.flatMap((root) =>
        climbs.flatMap((climb) => [`${root}${climb}${canary}`, `${root}${climb}etc/passwd`]),
      );
      const faults: string[] = [];
      for (const [path, status, text] of await statusesOf(serving.url, asked)) {
        if (status < 400 || status >= 500 || text.includes(traps.secret) || text.includes("root:"))
          faults.push(`${path} was answered ${status}`);
      }
      return faults;
    },
  },
  {
    name: "artifacts-of-others",
    promise: "Files that wait to be fetched are found by their whole id and name alone.",
    run: async ({ serving }) => {
      const job = {
        language: "bash",
        files: [{ content: "echo secret >out" }],
        artifacts: ["out"],
        artifact_delivery: "url",
      };
      const { artifacts } = JSON.parse((await post(serving.url, job)).text);
      const url: string = artifacts[0].url;
      const id = url.split("/").at(-2) ?? "";
      const ids = [
        id.slice(0, -1),
        id.slice(1),
        id.toLowerCase() === id ? id.toUpperCase() : id.toLowerCase(),
        `${id}%00`,
        `${id}%2f`,
        `./${id}`,
        `x%2f..%2f${id}`,
        "*",
        "%2e",
        "..",
        "",
        "0",
        "__proto__",
        "A".repeat(43),
      ];
      const names = [
        "out%00",
        "./out",
        "out/",
        "OUT",
        "0",
        "..%2fout",
        "out/../out",
        "*",
        "",
        "index",
        "%6f%75",
      ];
      const asked = [
        ...ids.map((guess) => `${ARTIFACTS}/${guess}/out`),
        ...names.map((name) => `${ARTIFACTS}/${id}/${name}`),
      ];
      const found = (await statusesOf(serving.url, asked)).filter(([, , text]) => text.includes("secret"));
      const own = await fetch(`${serving.url}${url}`);
      return [
        // A trailing slash is passed over by the router everywhere.
        ...found.filter(([path]) => !path.endsWith("/out/")).map(([path]) => `${path} was found`),
        ...((await own.text()) === "secret\n" ? [] : ["its own URL did not find it"]),
      ];
    },
  },
  {
    name: "ranges-that-explode",
    promise:
      "No version range and no language's name takes long to be read, or is answered with more than it is.",
    run: async ({ serving }) => {
      const ranges = [
        "1.".repeat(128),
        ">=0.0.0 ".repeat(32),
        "0 || ".repeat(51),
        "1 - ".repeat(64),
        `${"x".repeat(128)}.${"0".repeat(100)}`,
        `1.2.3-${"a.".repeat(120)}`,
        `${" ".repeat(250)}1`,
        `>${"=".repeat(250)}`,
        `~>${"0".repeat(250)}`,
        "9".repeat(256),
        `v${"v".repeat(200)}1.0.0`,
        "^".repeat(256),
        `1.0.0${"-".repeat(200)}!`,
      ];
      const faults: string[] = [];
      for (const version of ranges) {
        for (const [path, language] of [
          ["/api/crankcase/v1/jobs", "bash"],
          [EXECUTE, "bash"],
          [EXECUTE, version],
        ] as const) {
          const { status, text } = await post(serving.url, { ...HELLO, language, version }, path);
          if (status >= 500 || text.length > 20_000)
            faults.push(`${version} was answered ${status} ${text.slice(0, 200)}`);
        }
      }
      // One that explodes holds the server up until the attack's own time is over.
      return faults;
    },
  },
  {
    name: "queries-that-explode",
    promise: "No query string and no path of thousands of parts is worth more work than another.",
    run: async ({ serving }) => {
      const queries = [
        "&".repeat(10_000),
        "a=".repeat(6_000),
        "%".repeat(12_000),
        "a[".repeat(6_000),
        "=&".repeat(6_000),
        "%25".repeat(4_000),
        "__proto__[x]=1&constructor=2",
      ];
      const asked = [
        ...queries.map((query) => `/healthz?${query}`),
        `/${"a/".repeat(5_000)}`,
        `/${"/".repeat(10_000)}`,
        `/api/v2/${"runtimes/".repeat(1_000)}`,
        `/%${"61%".repeat(3_000)}`,
      ];
      const answers = await statusesOf(serving.url, asked);
      return answers
        .filter(([, status]) => status >= 500 || status === 0)
        .map(([path, status]) => `${path.slice(0, 40)} was answered ${status}`);
    },
  },
  {
    name: "names-of-nothing",
    promise:
      "Languages named like what objects have by themselves, or like paths, are unknown, on every route.",
    run: async ({ serving }) => {
      const posted: Record<string, Posted> = {};
      for (const language of [
        "__proto__",
        "constructor",
        "toString",
        "hasOwnProperty",
        "../bash",
        "bash/../bash",
        "bash\u0000",
        "BASH ",
        "piston-package",
        "prelude.sh",
        "build",
        ".",
        "..",
        "*",
      ]) {
        posted[`${language} over the native route`] = await post(serving.url, { ...HELLO, language });
        posted[`${language} over Piston's`] = await post(
          serving.url,
          { ...HELLO, language, version: "*" },
          EXECUTE,
        );
        posted[`${language} over v1's`] = await post(
          serving.url,
          { language, source: "echo hello" },
          "/execute",
        );
      }
      return unlike(posted, 400);
    },
  },
];
