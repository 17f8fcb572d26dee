import { access, readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { execa } from "execa";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { openBuildJail } from "../../src/jail/open-jail.ts";
import { buildPackage } from "../../src/packages/build-package.ts";
import { findBuilt } from "../../src/packages/find-built.ts";
import type { Ingredients } from "../../src/packages/ingredients.ts";
import type { PackageVersion } from "../../src/packages/package-definition.ts";
import { type BuildPlace, openBuildPlace } from "./build-place.ts";
import { debianSample, npmSample, SAMPLE_VERSION } from "./sample-archives.ts";

const FROM_APT: PackageVersion = {
  version: SAMPLE_VERSION,
  architectures: ["amd64", "arm64"],
  size_mb: 1,
  source: { suite: "trixie", apt: ["sample"], version_of: "sample" },
  provides: ["sample"],
};

const FROM_NPM: PackageVersion = {
  ...FROM_APT,
  source: {
    suite: "trixie",
    npm: [
      {
        name: "sample",
        version: SAMPLE_VERSION,
        integrity: `sha512-${"A".repeat(86)}==`,
        into: ".",
        unpack: ["bin/sample", "lib"],
      },
    ],
  },
  fixups: [["/usr/bin/ln", "-s", "/opt/sample/bin/sample", "/usr/local/bin/sample"]],
};

const PROGRAM = { "usr/bin/sample": "#!/bin/sh\necho sample\n" };

describe("building a package", () => {
  let place: BuildPlace;
  beforeAll(async () => {
    place = await openBuildPlace(69_100);
  });
  afterAll(() => place[Symbol.asyncDispose]());
  afterEach(async () => {
    for (const name of ["sample-deb", "sample-npm", "packages/sample"]) {
      await rm(join(place.dataDir, name), { recursive: true, force: true });
    }
  });

  const build = (definition: PackageVersion, ingredients: Ingredients, signal?: AbortSignal) => {
    const { base, socketPath, buildsDir } = place;
    const open = () => openBuildJail({ socketPath }, signal === undefined ? {} : { signal });
    return buildPackage({ name: "sample", definition, base, below: [], ownFiles: [] }, ingredients, {
      dataDir: place.dataDir,
      buildsDir,
      acquireSlot: async () => new AsyncDisposableStack(),
      openBuildJail: open,
      replace: (_id, change) => change(),
    });
  };
  const layer = (path = "") => join(place.dataDir, "packages/sample", SAMPLE_VERSION, "layer", path);
  const findSample = (definition = FROM_APT) =>
    findBuilt(place.dataDir, { name: "sample", definition, base: place.base, below: [], ownFiles: [] });

  it("keeps what its archives and their scripts wrote, with a manifest that lists the archives", async () => {
    const ingredients = await debianSample(place.dataDir, {
      files: PROGRAM,
      postinst: "mkdir /usr/share/sample; echo made > /usr/share/sample/by-script",
    });
    const built = await build(FROM_APT, ingredients);
    expect(await readFile(layer("usr/share/sample/by-script"), "utf8")).toBe("made\n");
    expect(built).toMatchObject({
      layers: [`sample/${SAMPLE_VERSION}`],
      base: "trixie",
      version: SAMPLE_VERSION,
    });
    expect(built.files).toEqual(ingredients.files.map(({ entry }) => entry));
    expect(await findSample()).toEqual(built);
  });

  it("leaves no archive, cache, log or deleted file of the base in the layer", async () => {
    await build(FROM_APT, await debianSample(place.dataDir, { files: PROGRAM }));
    expect(await readdir(layer())).toEqual(["usr", "var"]);
    const { stdout } = await execa("find", [
      layer(),
      "-type",
      "c",
      "-o",
      "-name",
      "*.deb",
      "-o",
      "-name",
      "*-old",
    ]);
    expect(stdout).toBe("");
    const logs = await execa("find", [layer("var/log"), layer("var/cache/apt"), "-type", "f"], {
      reject: false,
    });
    expect(logs.stdout).toBe("");
  });

  it("lets an archive's script reach nothing but the package: no host, no network, no privilege", async () => {
    const report =
      "ls /proc/sys/net/ipv4/conf; ls / /home /root; grep -E '^(Cap(Eff|Bnd)|NoNewPrivs|Seccomp):' /proc/self/status; ps ax || ls -d /proc/[0-9]*";
    const tries =
      "mount -t tmpfs none /mnt && echo mounted; mknod /dev/disk b 8 0 && echo device; chroot /proc/1/root true && echo out";
    const script = `(${report}; ${tries}; true) > /usr/share/report 2>&1`;
    await build(FROM_APT, await debianSample(place.dataDir, { files: PROGRAM, postinst: script }));
    const seen = await readFile(layer("usr/share/report"), "utf8");
    expect(seen).toMatch(/NoNewPrivs:\s+1/);
    expect(seen).toMatch(/Seccomp:\s+2/);
    expect(seen).not.toMatch(/^(eth|en|wl)\w*$/m);
    expect(seen).not.toMatch(/mounted|^device$/m);
    expect(seen).not.toContain("vitest");
    const capabilities = BigInt(`0x${/CapEff:\s+(\w+)/.exec(seen)?.[1]}`);
    const forbidden = { netAdmin: 12, netRaw: 13, sysModule: 16, sysPtrace: 19, sysAdmin: 21, mknod: 27 };
    for (const [name, bit] of Object.entries(forbidden)) {
      expect((capabilities >> BigInt(bit)) & 1n, name).toBe(0n);
    }
  });

  it("takes only the named files of an npm package, and runs none of its scripts", async () => {
    const files = {
      "package.json": JSON.stringify({ scripts: { postinstall: "touch /usr/share/ran" } }),
      "bin/sample": "#!/bin/sh\necho sample\n",
      "lib/data": "data",
      "include/header.h": "",
    };
    await build(FROM_NPM, await npmSample(place.dataDir, { files }));
    expect((await readdir(layer("opt/sample"), { recursive: true })).sort()).toEqual([
      "bin",
      "bin/sample",
      "lib",
      "lib/data",
    ]);
    expect(await readdir(layer("usr"))).toEqual(["local"]);
  });

  it("makes no package when a script fails, and says what it said", async () => {
    const failing = await debianSample(place.dataDir, {
      files: PROGRAM,
      postinst: "echo out of steam >&2; exit 3",
    });
    const building = build(FROM_APT, failing);
    await expect(building).rejects.toMatchObject({
      code: "package_failed",
      message: expect.stringContaining("out of steam"),
    });
    await expectNoPackage();
  });

  it("makes no package that lacks a command it must provide", async () => {
    const without = await debianSample(place.dataDir, { files: { "usr/bin/other": "" } });
    await expect(build(FROM_APT, without)).rejects.toMatchObject({ code: "package_failed" });
    await expectNoPackage();
  });

  it("makes no package when it is interrupted, leaves nothing running, and can be done again", async () => {
    const seconds = `7${process.pid}`;
    const slow = await debianSample(place.dataDir, { files: PROGRAM, postinst: `sleep ${seconds}` });
    const interruption = new AbortController();
    const building = build(FROM_APT, slow, interruption.signal);
    const ended = expect(building).rejects.toThrow("enough");
    await until(() => runs(`sleep ${seconds}`));
    interruption.abort(new Error("enough"));
    await ended;
    expect(await runs(`sleep ${seconds}`)).toBe(false);
    await expectNoPackage();
    await rm(join(place.dataDir, "sample-deb"), { recursive: true });
    await build(FROM_APT, await debianSample(place.dataDir, { files: PROGRAM }));
    expect(await findSample()).not.toBeNull();
  });

  it("is due again when the definition has changed, and replaces what was there", async () => {
    await build(FROM_APT, await debianSample(place.dataDir, { files: PROGRAM }));
    const changed = { ...FROM_APT, fixups: [["/usr/bin/touch", "/usr/share/fixed"]] };
    expect(await findSample(changed)).toBeNull();
    await build(changed, await debianSample(place.dataDir, { files: PROGRAM }));
    await access(layer("usr/share/fixed"));
    expect(await findSample(changed)).not.toBeNull();
    expect(await findSample()).toBeNull();
  });

  it("of what the base has already makes a package without a layer to mount", async () => {
    const definition = { ...FROM_APT, provides: ["bash"] };
    const built = await build(definition, { version: SAMPLE_VERSION, files: [] });
    expect(built.layers).toEqual([]);
    expect(await readdir(layer())).toEqual([]);
  });

  async function expectNoPackage(): Promise<void> {
    expect(await findSample()).toBeNull();
    await expect(access(layer())).rejects.toThrow(/ENOENT/);
    expect(await readdir(place.buildsDir)).toEqual([]);
  }
});

async function runs(command: string): Promise<boolean> {
  const { stdout } = await execa("ps", ["-eo", "args"]);
  return stdout.split("\n").includes(command);
}

async function until(isTrue: () => Promise<boolean>): Promise<void> {
  while (!(await isTrue())) await sleep(50);
}
