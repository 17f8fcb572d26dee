import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type AptClient, openAptClient } from "../../src/packages/apt-client.ts";
import { aptIngredients } from "../../src/packages/apt-ingredients.ts";
import { archiveCache } from "../../src/packages/archive-cache.ts";
import { baseFiles } from "../../src/packages/base-files.ts";
import { openWorkspace, type Workspace } from "../../src/packages/workspace.ts";
import { type DataFolder, openDataFolder } from "./build-place.ts";

const NOBODY = { uid: 65_534, gid: 65_534 };
const SOURCE = { packages: ["hello"], versionOf: "hello" };

describe("the machine's apt, asked as nobody for a base", () => {
  let data: DataFolder;
  let folder: Workspace;
  let apt: AptClient;
  beforeAll(async () => {
    data = await openDataFolder();
    folder = await openWorkspace(join(data.dataDir, "cache"), NOBODY);
    apt = await openAptClient(aptDeps());
  });
  afterAll(async () => {
    await folder[Symbol.asyncDispose]();
    await data[Symbol.asyncDispose]();
  });

  const files = () => baseFiles(data.dataDir, "trixie");
  const aptDeps = () => ({
    base: data.base,
    suite: { suite: "trixie", pockets: [] },
    baseFiles: files(),
    folder: folder.path,
    runAs: NOBODY,
    signal: new AbortController().signal,
  });

  it("names what a package needs besides the base, each with its SHA-256", async () => {
    const names = (await apt.resolve(["python3"])).map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(["python3", "python3.13-minimal", "libpython3.13-stdlib"]));
    expect(names).not.toContain("libc6");
    expect(await apt.resolve(["bash"])).toEqual([]);
  });

  it("fetches and keeps what the signed index says, and fetches it once", async () => {
    const archives = archiveCache(join(data.dataDir, "cache/archives-of-hello"));
    const fetched: string[] = [];
    const counting: AptClient = {
      ...apt,
      fetch: async (wanted, target) => {
        await apt.fetch(wanted, target);
        for (const file of await readdir(target))
          fetched.push(`${file} ${(await stat(join(target, file))).uid}`);
      },
    };
    const openFolder = () => openWorkspace(join(data.dataDir, "cache"), NOBODY);
    const deps = {
      apt: counting,
      archives,
      dpkgStatus: files().dpkgStatus,
      openFolder,
      onFetched: () => undefined,
    };
    const first = await aptIngredients(SOURCE, deps);
    expect(first.version).toMatch(/^\d+\.\d+/);
    expect(fetched).toEqual([`${first.files[0]?.entry.name} ${NOBODY.uid}`]);
    expect(await aptIngredients(SOURCE, deps)).toEqual(first);
    expect(fetched).toHaveLength(1);
  });

  it("refuses an archive that is not what the signed index says", async () => {
    const archives = archiveCache(join(data.dataDir, "cache/archives-of-liar"));
    const lying: AptClient = {
      resolve: async (packages) =>
        (await apt.resolve(packages)).map((archive) => ({ ...archive, sha256: "0".repeat(64) })),
      fetch: async (wanted, target) => apt.fetch(await apt.resolve(wanted.map(({ name }) => name)), target),
    };
    const openFolder = () => openWorkspace(join(data.dataDir, "cache"), NOBODY);
    const gathering = aptIngredients(SOURCE, {
      apt: lying,
      archives,
      dpkgStatus: files().dpkgStatus,
      openFolder,
      onFetched: () => undefined,
    });
    await expect(gathering).rejects.toMatchObject({ code: "archive_refused" });
  });

  it("says that the suite has no such package", async () => {
    const resolving = apt.resolve(["no-such-package-anywhere"]);
    await expect(resolving).rejects.toMatchObject({
      code: "package_unavailable",
      message: expect.stringContaining("no package of that name"),
    });
  });
});
