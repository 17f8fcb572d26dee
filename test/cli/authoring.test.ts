import { mkdir, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { dir } from "tmp-promise";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { addKey } from "../../src/access/add-key.ts";
import { newKey } from "../../src/access/new-key.ts";
import { openDataFolder } from "../packages/build-place.ts";
import { CRANKCASE, type Serving, startServing } from "./serving.ts";

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const GOOD = `
language: shout
aliases: [yell]
package: shout
main_file: main.shout
file_endings: [.shout]
tests:
  - name: prints hello
    files: [{ name: main.shout, content: "Hello from shout" }]
    expect: { stdout: "HELLO FROM SHOUT\\n" }
  - name: gets arguments
    files: [{ name: main.shout, content: "x" }]
    args: [one, two]
    expect: { stdout: "X ONE TWO\\n" }
`;

/** A package of our own file alone: it needs no mirror, and is made in a second. */
const PACKAGE = `
name: shout
versions:
  - version: 1.0.0
    architectures: [amd64, arm64]
    size_mb: 1
    source: { suite: trixie, files: [shout.sh] }
    fixups: [[/usr/bin/ln, -s, /opt/shout/shout.sh, /usr/local/bin/shout], [/usr/bin/chmod, "755", /opt/shout/shout.sh]]
    provides: [shout]
`;

const PROGRAM = `#!/bin/bash
text="$(cat "$1")"; shift
echo "\${text^^}" "\${@^^}"
`;

const RUN = `#!/bin/sh
. /executioners/prelude.sh
limited shout "$main" "$@"
`;

describe("a language of the operator's own", () => {
  const acquired = new AsyncDisposableStack();
  let serving: Serving;
  let folder: string;
  let env: Record<string, string>;

  beforeAll(async () => {
    const place = await dir({ unsafeCleanup: true, mode: 0o755 });
    acquired.defer(place.cleanup);
    folder = join(place.path, "languages");
    const keysFile = join(place.path, "keys.json");
    const { text, entry } = newKey("admin", ["admin"], new Date());
    await addKey(keysFile, entry, { gid: 0, isReplacing: false });
    await execa("chmod", ["644", keysFile]);
    const { dataDir } = acquired.use(await openDataFolder());
    serving = acquired.use(
      await startServing({ definitions_dir: folder, keys_file: keysFile, data_dir: dataDir }),
    );
    env = { CRANKCASE_CONFIG: serving.configFile, CRANKCASE_URL: serving.url, CRANKCASE_KEY: text };
  });
  afterAll(() => acquired.disposeAsync());

  const crankcase = (...args: string[]) => execa(CRANKCASE, ["packages", ...args], { env, reject: false });

  it("is scaffolded whole and valid, whatever the umask", async () => {
    const command = 'umask 077; exec "$0" packages new shout --ending .shout --compiled';
    const made = await execa("sh", ["-c", command, CRANKCASE], { env });
    const names = ["packages-index/shout.yaml", "runtimes/shout.yaml"];
    const scripts = ["executioners/shout/compile", "executioners/shout/run"];
    const files = [...names, ...scripts].map((file) => join(folder, file));
    expect(made.stdout.split("\n").slice(0, 4)).toEqual(files);
    const modes = await Promise.all([folder, ...files].map(async (file) => (await stat(file)).mode & 0o777));
    expect(modes).toEqual([0o755, 0o644, 0o644, 0o755, 0o755]);
    const listed = await crankcase("info", "shout");
    expect(listed.stdout).toMatch(/^shout\nlanguages {2}shout\n0 /);
  });

  it("needs no package of its own where another brings it", async () => {
    const { stdout } = await crankcase("new", "bash2", "--package", "bash", "--dir", `${folder}-2`);
    expect(stdout).toContain("the package bash is in the index already, and is used");
    expect(await readdir(`${folder}-2`)).toEqual(["executioners", "runtimes"]);
  });

  it("is never overwritten", async () => {
    const before = await readFile(join(folder, "runtimes/shout.yaml"), "utf8");
    const { exitCode, stderr } = await crankcase("new", "shout", "--package", "other");
    expect(exitCode).toBe(125);
    expect(stderr).toContain("runtimes/shout.yaml is there already, and stays as it is");
    expect(await readFile(join(folder, "runtimes/shout.yaml"), "utf8")).toBe(before);
    await expect(stat(join(folder, "packages-index/other.yaml"))).rejects.toThrow("ENOENT");
  });

  it("is there for everybody as soon as its files are, without a restart", async () => {
    await writeFile(join(folder, "runtimes/shout.yaml"), GOOD);
    await rm(join(folder, "executioners/shout/compile"));
    await writeFile(join(folder, "packages-index/shout.yaml"), PACKAGE);
    await mkdir(join(folder, "packages-index/shout"));
    await writeFile(join(folder, "packages-index/shout/shout.sh"), PROGRAM);
    await writeFile(join(folder, "executioners/shout/run"), RUN);
    const tested = await crankcase("test", "yell", "--json");
    const [{ tests, ...about }] = JSON.parse(tested.stdout);
    expect(about).toMatchObject({ language: "shout", package: "shout", version: "1.0.0" });
    expect(tests.map(({ name, fault }: Record<string, unknown>) => [name, fault])).toEqual([
      ["prints hello", null],
      ["gets arguments", null],
    ]);
    expect(tested.exitCode).toBe(0);
    const runtimes = await (await fetch(`${serving.url}/api/v2/runtimes`)).json();
    expect(runtimes).toContainEqual(expect.objectContaining({ language: "shout", aliases: ["yell"] }));
  });

  it("is installed again when its own files or its definition change, and a failed test is told", async () => {
    await writeFile(join(folder, "packages-index/shout/shout.sh"), "#!/bin/sh\necho whispers\n");
    const { exitCode, stdout } = await crankcase("test", "shout");
    expect(exitCode).toBe(1);
    expect(stdout).toContain("shout 1.0.0: 0 of 2 tests passed\n");
    expect(stdout).toContain(
      '  FAIL  prints hello: stdout is "whispers\\n" instead of "HELLO FROM SHOUT\\n"\n',
    );
    await writeFile(join(folder, "packages-index/shout/shout.sh"), PROGRAM);
    expect((await crankcase("test", "shout=1.x")).stdout).toMatch(/^shout 1\.0\.0: 2 of 2 tests passed\n/);
  });

  it.each([
    ["a name with a space", ["new", "a b"], /name must match pattern/],
    [
      "an ending without its dot",
      ["new", "x", "--package", "bash", "--ending", "x"],
      /file_endings\[0\] must match/,
    ],
    [
      "a suite that is not known",
      ["new", "x", "--suite", "trixi"],
      /no file suites\/trixi\.yaml; there are: .*trixie/,
    ],
    ["Debian packages for what is there", ["new", "x", "--package", "bash", "--apt", "y"], /leave --apt out/],
    ["a language that nobody has", ["test", "shoot"], /There is no language shoot\. Did you mean shout\?/],
    ["a version that nobody has", ["test", "bash=99"], /bash has no version 99/],
  ])("%s is refused with the reason", async (_what, args, message) => {
    const { exitCode, stderr } = await crankcase(...args);
    expect([exitCode, stderr]).toEqual([125, expect.stringMatching(message)]);
  });

  it("one that is wrong is told with file and key, by every command, and harms no other", async () => {
    await writeFile(
      join(folder, "runtimes/wrong.yaml"),
      GOOD.replace("shout", "wrong").replace("aliases:", "alias:"),
    );
    await mkdir(join(folder, "packages-index"), { recursive: true });
    await writeFile(join(folder, "packages-index/wrong.yaml"), "name: wrong\n");
    const wrong = await crankcase("test", "wrong");
    expect([wrong.exitCode, wrong.stderr]).toEqual([
      125,
      expect.stringMatching(
        /languages\/runtimes\/wrong\.yaml: alias is not known here\. Did you mean aliases\?/,
      ),
    ]);
    const installed = await crankcase("install", "wrong");
    expect(installed.stderr).toMatch(/packages-index\/wrong\.yaml: versions is required/);
    expect((await crankcase("test", "shout")).exitCode).toBe(0);
    await writeFile(join(folder, "packages-index/shout.yaml"), "name: shout\n");
    expect((await crankcase("test", "shout")).stderr).toContain(
      "packages-index/shout.yaml: versions is required",
    );
    expect((await crankcase("uninstall", "shout")).stdout).toBe("shout 1.0.0");
    const told = serving.log.filter((line) => line.includes("left out: "));
    expect(told).toEqual([expect.stringContaining("runtimes/wrong.yaml: alias is not known")]);
  });
});
