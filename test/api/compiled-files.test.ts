import { appendFile, chmod, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { dir } from "tmp-promise";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Serving, startServing } from "../cli/serving.ts";
import { executed } from "./executed.ts";

const SLOW = { timeout: 180_000 };

const TIMES = { wall_time_ms: 60_000, cpu_time_ms: 60_000 };
const LIMITS = { compile: { maximum: TIMES, default: TIMES }, run: { maximum: TIMES, default: TIMES } };

/** The operator's own language whose compile stage is a shell script of the caller's: it does what it likes. */
const SCRIPTED = `language: scripted
package: bash
main_file: main.sh
file_endings: [.scripted]
tests: [{ name: It runs., files: [{ name: main.sh, content: "" }], expect: { exit_code: 0 } }]
`;
const COMPILE = '#!/bin/sh\n. "./$1"\n';
const RUN = "#!/bin/sh\nexec ./made 2>&1\n";

let serving: Serving;
let languages: Awaited<ReturnType<typeof dir>>;

beforeAll(async () => {
  languages = await dir({ unsafeCleanup: true });
  await chmod(languages.path, 0o755);
  await addScripted(languages.path);
  serving = await startServing({ limits: LIMITS, definitions_dir: languages.path });
}, 60_000);

afterAll(async () => {
  await serving[Symbol.asyncDispose]();
  await languages.cleanup();
});

/** Adds the language of which the caller writes the compile stage too. */
async function addScripted(folder: string): Promise<void> {
  const executioner = join(folder, "executioners/scripted");
  await mkdir(executioner, { recursive: true });
  await mkdir(join(folder, "runtimes"), { recursive: true });
  await writeFile(join(folder, "runtimes/scripted.yaml"), SCRIPTED);
  for (const [name, text] of [
    ["compile", COMPILE],
    ["run", RUN],
  ] as const) {
    await writeFile(join(executioner, name), text);
    await chmod(join(executioner, name), 0o755);
  }
}

const MAKE = "printf '#!/bin/sh\\ncat text' >made; chmod +x made; echo whole >text";

test.each([
  ["makes a link", `${MAKE}; ln -s /etc/passwd link`],
  ["makes text a link", `${MAKE}; rm text; ln -s ../stdin.stdin text`],
  ["gives a file two names", `${MAKE}; ln text other`],
  ["makes a pipe", `${MAKE}; mkfifo pipe`],
  ["leaves an empty folder", `${MAKE}; mkdir empty`],
  ["makes a file that cannot be read", `${MAKE}; touch closed; chmod 0 closed`],
  ["makes a file that runs as its owner", `${MAKE}; chmod u+s made`],
  ["removes its source", `${MAKE}; rm main.sh`],
  ["makes thousands of files", `${MAKE}; i=0; while [ $i -lt 6000 ]; do : >$i; i=$((i+1)); done`],
  ["makes hundreds of files", `${MAKE}; i=0; while [ $i -lt 300 ]; do : >$i; i=$((i+1)); done`],
  ["makes a huge file", `${MAKE}; head -c 20000000 /dev/zero >huge`],
  ["reads the job's input", `${MAKE}; cat ../std*.st* >text`],
  ["reads the job's arguments", `${MAKE}; cat ../ar*.ar* >text`],
  ["removes the job's input", `${MAKE}; rm ../std*.st*`],
  [
    "puts a link in the place of the job's input",
    `${MAKE}; rm ../stdin.stdin; ln -s /etc/passwd ../stdin.stdin`,
  ],
  ["puts a file in the place of the job's arguments", `${MAKE}; rm ../args.args; : >../args.args`],
  ["has a name that is no UTF-8", `${MAKE}; touch "$(printf 'a\\377')"`],
])("a compile stage that %s is not kept, and its job runs all the same", SLOW, async (_, content) => {
  const job = { language: "scripted", files: [{ name: "main.sh", content }] };
  for (const result of [await executed(job, serving.url), await executed(job, serving.url)]) {
    expect(result.compile).toMatchObject({ exit_code: 0 });
    expect(result.compile).not.toHaveProperty("cached");
    expect(result.run.exit_code).toBe(0);
  }
});

test("plain files in folders come back whole, whatever their names and bytes are", SLOW, async () => {
  const odd = "mkdir -p a/b; printf 'x\\0y' >'a/b/-new\nline'; echo changed >text2; : >empty";
  const show =
    "printf '#!/bin/sh\\nfind . -type f | sort | xargs -d \"\\\\n\" ls -l; cat text* a/b/*' >made; chmod +x made";
  const files = [
    { name: "main.sh", content: `${odd}; ${show}; echo whole >text` },
    { name: "text2", content: "old" },
  ];
  const job = { language: "scripted", files };
  const [first, second] = [await executed(job, serving.url), await executed(job, serving.url)];
  expect(second.compile.cached).toBe(true);
  const undated = (text: string) => text.replaceAll(/ \w{3} +\d+ \d\d:\d\d /g, " ");
  expect(undated(second.run.stdout)).toBe(undated(first.run.stdout));
  expect(second.run.stdout).toContain("x\0y");
  expect(second.run.stdout).toContain("changed");
});

test("one compile serves every input and all arguments, unless the sources name them", SLOW, async () => {
  const runs = "printf '#!/bin/sh\\ncat text - ../args.args' >made; chmod +x made";
  const job = (script: string, stdin: string) => ({
    ...{ language: "scripted", stdin, args: [stdin] },
    files: [{ name: "main.sh", content: script.replaceAll("args.args", "ar*.ar*") }],
  });
  const plain = `${runs}; : >text`;
  await executed(job(plain, "one"), serving.url);
  const other = await executed(job(plain, "two"), serving.url);
  expect(other.compile.cached).toBe(true);
  expect(other.run.stdout).toBe("twotwo\n");
  const naming = `${runs}; cat ../stdin.stdin >text`;
  expect((await executed(job(naming, "one"), serving.url)).run.stdout).toBe("oneoneone\n");
  const changed = await executed(job(naming, "two"), serving.url);
  expect(changed.compile).not.toHaveProperty("cached");
  expect(changed.run.stdout).toBe("twotwotwo\n");
  expect((await executed(job(naming, "two"), serving.url)).compile.cached).toBe(true);
});

test(
  "command lines that the operator changes make another compile within seconds, without a restart",
  SLOW,
  async () => {
    const job = { language: "scripted", files: [{ name: "main.sh", content: MAKE }] };
    await executed(job, serving.url);
    expect((await executed(job, serving.url)).compile.cached).toBe(true);
    const file = join(languages.path, "executioners/scripted/compile");
    await appendFile(file, "echo changed >text\n");
    expect(await readFile(file, "utf8")).toContain("changed");
    const stdout = async () => (await executed(job, serving.url)).run.stdout;
    await expect.poll(stdout, { timeout: 30_000 }).toBe("changed\n");
  },
);
