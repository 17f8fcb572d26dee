import { afterAll, beforeAll, expect, test } from "vitest";
import { executed } from "../api/executed.ts";
import { type ServingDaemon, serve } from "./serving-daemon.ts";

let daemon: ServingDaemon;

beforeAll(async () => {
  daemon = await serve();
}, 60_000);

afterAll(() => daemon[Symbol.asyncDispose]());

/** A program that begins with a header; -H has GCC name the headers that it reads, precompiled ones after a `!`. */
async function headersOf(header: string, flags: readonly string[] = []) {
  const content = `#include <${header}>\nint main() { std::cout << "read\\n"; }\n`;
  const job = { language: "c++", files: [{ name: "main.cpp", content }], compiler_flags: ["-H", ...flags] };
  const { compile, run } = await executed(job, daemon.url);
  return { headers: compile.stderr, stdout: run?.stdout };
}

const SLOW = { timeout: 180_000 };

test.each(["bits/stdc++.h", "iostream"])("C++ programs find <%s> precompiled", SLOW, async (header) => {
  const { headers, stdout } = await headersOf(header);
  expect(headers).toMatch(new RegExp(`^! .*/${header.replaceAll("+", "[+]")}[.]gch$`, "m"));
  expect(stdout).toBe("read\n");
});

test("a program whose flags do not fit the precompiled header is compiled without it", SLOW, async () => {
  const { headers, stdout } = await headersOf("iostream", ["-std=c++17"]);
  expect(headers).not.toMatch(/^! /m);
  expect(headers).toMatch(/^[.] .*[/]iostream$/m);
  expect(stdout).toBe("read\n");
});
