import { mkdtempDisposable, readFile, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { expect, test } from "vitest";
import { resolveConfig } from "../../src/config/config.ts";
import { PROJECT_DIR } from "../support/test-data.ts";

const CRANKCASE = join(PROJECT_DIR, "bin/crankcase");
const machine = { cores: 2, memoryBytes: 4_000_000_000, projectDir: "/opt/crankcase" };

/** Runs the command on a file with this text; FILE stands for its path in the arguments. */
async function importing(text: string | Buffer, { args = [] as string[], name = "piston.env" } = {}) {
  await using folder = await mkdtempDisposable(join(tmpdir(), "crankcase-import-"));
  const file = join(folder.path, name);
  await writeFile(file, text);
  const run = await execa(CRANKCASE, ["import-piston", file, ...args], {
    reject: false,
    stripFinalNewline: false,
  });
  const words = run.stderr.replaceAll(file, "FILE");
  return { exitCode: run.exitCode, stdout: run.stdout, words };
}

const UPSTREAM = `version: '3.2'

services:
    api:
        image: ghcr.io/engineer-man/piston
        container_name: piston_api
        restart: always
        privileged: true
        ports:
            - 2000:2000
        volumes:
            - ./data/piston/packages:/piston/packages
        tmpfs:
            - /tmp:exec
`;

const EVERY_VARIABLE = {
  PISTON_LOG_LEVEL: "DEBUG",
  PISTON_BIND_ADDRESS: "0.0.0.0:2345",
  PISTON_DATA_DIRECTORY: "/srv/piston data",
  PISTON_REPO_URL: "http://repo.example:8000/index",
  PISTON_RUNNER_UID_MIN: "70000",
  PISTON_RUNNER_UID_MAX: "70099",
  PISTON_RUNNER_GID_MIN: "71000",
  PISTON_RUNNER_GID_MAX: "71099",
  PISTON_MAX_CONCURRENT_JOBS: "48",
  PISTON_MAX_PROCESS_COUNT: "32",
  PISTON_MAX_OPEN_FILES: "512",
  PISTON_MAX_FILE_SIZE: "5000000",
  PISTON_OUTPUT_MAX_SIZE: "0",
  PISTON_COMPILE_TIMEOUT: "20000",
  PISTON_RUN_TIMEOUT: "-1",
  PISTON_COMPILE_CPU_TIME: "15000",
  PISTON_RUN_CPU_TIME: "5000",
  PISTON_COMPILE_MEMORY_LIMIT: "-1",
  PISTON_RUN_MEMORY_LIMIT: "268435456",
  PISTON_LIMIT_OVERRIDES: '{"c++":{"max_process_count":128,"compile_timeout":60000}}',
};

const LISTS: readonly (readonly [string, (name: string, text: string) => string, string])[] = [
  ["an environment file", (name, text) => `export ${name}='${text}' # kept`, ""],
  ["a compose map", (name, text) => `      ${name}: '${text}'`, "services:\n  api:\n    environment:\n"],
  ["a compose list", (name, text) => `      - '${name}=${text}'`, "services:\n  api:\n    environment:\n"],
];

test.each(LISTS)(
  "what %s comes to is what its variables themselves would give",
  async (_kind, line, head) => {
    const lines = Object.entries(EVERY_VARIABLE).map(([name, text]) => line(name, text));
    const { stdout, words, exitCode } = await importing(`${head}${lines.join("\n")}\n`);
    expect(words).toContain("Not taken over:\n  nothing\n");
    expect(exitCode).toBe(0);
    const fromFile = resolveConfig({
      flags: {},
      env: {},
      yaml: { text: stdout, file: "config.yaml" },
      machine,
    });
    const fromVariables = resolveConfig({ flags: {}, env: EVERY_VARIABLE, yaml: null, machine });
    expect(fromFile.config).toEqual(fromVariables.config);
  },
);

test("each line of the configuration names the variable it comes from, and its line", async () => {
  const { stdout } = await importing("# mine\nPISTON_RUN_TIMEOUT=5000\n");
  expect(stdout.split("\n").slice(1)).toEqual([
    "limits:",
    "  run:",
    "    default:",
    "      wall_time_ms: 5000 # PISTON_RUN_TIMEOUT, line 2",
    "    maximum:",
    "      wall_time_ms: 5000 # PISTON_RUN_TIMEOUT, line 2",
    "",
  ]);
});

test("Piston's own compose file is understood: no setting, and a word on each thing that is done otherwise", async () => {
  const { stdout, words, exitCode } = await importing(UPSTREAM, { name: "docker-compose.yaml" });
  expect(exitCode).toBe(0);
  expect(stdout.split("\n").filter((line) => line !== "" && !line.startsWith("#"))).toEqual([]);
  expect(words).toContain("install.sh --bind 0.0.0.0 --port 2000");
  for (const key of ["ports (line 9)", "volumes (line 11)", "privileged (line 8)", "tmpfs (line 13)"]) {
    expect(words).toContain(key);
  }
  expect(words).toContain("PISTON_OUTPUT_MAX_SIZE is not set: each output stream may have 64 KiB");
});

test("anchors and merges of a compose file are followed", async () => {
  const { stdout } = await importing(
    "x-common: &common\n  PISTON_RUN_TIMEOUT: 5000\n  PISTON_MAX_OPEN_FILES: 1\nservices:\n  api:\n    environment:\n      <<: *common\n      PISTON_MAX_OPEN_FILES: 99\n",
  );
  expect(stdout).toContain("wall_time_ms: 5000 # PISTON_RUN_TIMEOUT, line 2");
  expect(stdout).toContain("open_files: 99 # PISTON_MAX_OPEN_FILES, line 8");
});

const TWO =
  "services:\n  one:\n    image: nginx\n  two:\n    image: nginx\n    environment: [PISTON_RUN_TIMEOUT=9]\n";

test("of several services the one that looks like Piston's is taken, or the one that is named", async () => {
  expect((await importing(TWO)).stdout).toContain("wall_time_ms: 9");
  expect((await importing(TWO, { args: ["--service", "one"] })).stdout).not.toContain("wall_time_ms");
  expect((await importing(TWO, { args: ["--service", "six"] })).words).toContain(
    "there is no service six (there are: one, two)",
  );
  const unclear = await importing(TWO.replace("PISTON_", "P_"));
  expect(unclear.words).toContain("it is not clear which service is Piston's (there are: one, two)");
  expect(unclear.exitCode).toBe(125);
});

test.each([
  [
    "PISTON_DISABLE_NETWORKING=false",
    "(line 1): jobs never have a network here: programs that need one cannot run",
  ],
  ["PISTON_RUN_TIMEOUTS=1", "Did you mean PISTON_RUN_TIMEOUT?"],
  [
    "PISTON_RUN_TIMEOUT=$" + "{T:-3000}",
    "compose fills $" + "{T:-3000} in when it starts: write the value in its place",
  ],
  ["services: {api: {environment: [PISTON_RUN_TIMEOUT]}}", "it has no value in this file"],
])("%s is not taken over, and told why", async (line, reason) => {
  const { words, stdout, exitCode } = await importing(`${line}\n`);
  expect(words).toContain(reason);
  expect(stdout).toContain("sets nothing that differs from the defaults");
  expect(exitCode).toBe(0);
});

const BOMB = `a: &a [x,x]\n${"bcdefghijklmnopqrstuvwxyz"
  .split("")
  .map(
    (name, index) =>
      `${name}: &${name} {<<: [*${"abcdefghijklmnopqrstuvwxyz"[index]},*${"abcdefghijklmnopqrstuvwxyz"[index]}]}`,
  )
  .join("\n")}\nservices: {api: {environment: *z}}\n`;

test.each([
  ["no settings", "PISTON_RUN_TIMEOUT\n", "FILE:1: this is not NAME=value"],
  ["an open quote", "A=1\nB='x\n", "FILE:2: the quote ' is not closed in this line"],
  [
    "a word for a number",
    "A=1\n\nPISTON_RUN_TIMEOUT=soon\n",
    "FILE:3: PISTON_RUN_TIMEOUT: soon is not a whole number",
  ],
  ["broken YAML", "services:\n  api: [\n", "FILE:3: this is not YAML"],
  ["YAML that is no compose file", "a: 1\n", "there are no services in it"],
  ["a binary", Buffer.from([65, 61, 0, 1]), "it is no text"],
  ["a huge file", `A=${"x".repeat(300_000)}\n`, "it is larger than 256 KiB"],
  ["YAML without a bottom", `services: ${"[".repeat(200_000)}\n`, "FILE"],
  ["aliases that explode", BOMB, "there are too many aliases to follow"],
  [
    "an alias of itself",
    "services: &s {api: &a {environment: &e {<<: *e}}}\n",
    "there are too many aliases to follow",
  ],
  ["a key that stands there twice", "services:\n  a:\n    image: x\n  a:\n", "FILE:4: a stands there twice"],
  [
    "thousands of services",
    `services:\n${Array.from({ length: 30_000 }, (_value, index) => ` s${index}:\n`).join("")}`,
    "(there are: s0, s1, s2, s3, s4, s5, s6, s7, s8, s9, s10, s11, s12, s13, s14, s15, s16, s17, s18, s19, ...)",
  ],
  [
    "thousands of variables",
    Array.from({ length: 10_000 }, (_value, index) => `PISTON_X${index}=1\n`).join(""),
    "it sets 10000 PISTON_ variables",
  ],
  [
    "settings that contradict each other",
    "PISTON_MAX_CONCURRENT_JOBS=64\nPISTON_RUNNER_UID_MIN=70000\nPISTON_RUNNER_UID_MAX=70009\n",
    "suffice for 10",
  ],
])("%s: refused in one clear sentence", async (_what, text, message) => {
  const { words, stdout, exitCode } = await importing(text);
  expect(words).toContain(message);
  expect(words).toMatch(/^crankcase: .*\nhint: /);
  expect(words).not.toContain("    at ");
  expect(stdout).toBe("");
  expect(exitCode).toBe(125);
});

test("what a file says cannot steer the terminal", async () => {
  const { words, stdout } = await importing('services: {api: {environment: {"PISTON_\\e[2J": "\\e[2J"}}}\n');
  expect(`${words}${stdout}`).not.toContain("\x1b");
});

test("--write makes the file and never replaces one", async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), "crankcase-import-"));
  const config = join(folder.path, "new/config.yaml");
  const args = ["--write", config];
  const first = await importing("PISTON_MAX_CONCURRENT_JOBS=5\n", { args });
  expect(first).toMatchObject({ exitCode: 0, stdout: "" });
  expect(await readFile(config, "utf8")).toContain("slots: 5 # PISTON_MAX_CONCURRENT_JOBS, line 1");
  expect((await stat(config)).mode & 0o777).toBe(0o644);
  const second = await importing("PISTON_MAX_CONCURRENT_JOBS=6\n", { args });
  expect(second.exitCode).toBe(125);
  expect(second.words).toContain(`${config} exists and is left as it is. Leave --write out`);
  expect(await readFile(config, "utf8")).toContain("slots: 5");
});

test("--json has it all in one object", async () => {
  const { stdout } = await importing("PISTON_MAX_CONCURRENT_JOBS=5\nPISTON_CACHE=x\n", {
    args: ["--json"],
  });
  expect(JSON.parse(stdout)).toMatchObject({
    config: expect.stringContaining("slots: 5"),
    taken: [{ name: "PISTON_MAX_CONCURRENT_JOBS", line: 1, settings: { slots: 5 } }],
    left: [{ name: "PISTON_CACHE", line: 2 }],
  });
});
