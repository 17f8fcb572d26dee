import { mkdir, readdir, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { dir } from "tmp-promise";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openWorkspace } from "../../src/packages/workspace.ts";

describe("a private folder", () => {
  let parent: { path: string; cleanup(): Promise<void> };
  beforeEach(async () => {
    parent = await dir({ unsafeCleanup: true });
  });
  afterEach(() => parent.cleanup());

  it("belongs to its user alone, and is gone after use", async () => {
    {
      await using workspace = await openWorkspace(parent.path, { uid: 65534, gid: 65534 });
      await writeFile(join(workspace.path, "file"), "");
      const { uid, mode } = await stat(workspace.path);
      expect(uid).toBe(65534);
      expect(mode & 0o777).toBe(0o700);
    }
    expect(await readdir(parent.path)).toEqual([]);
  });

  it("that a killed process left is removed by the next; one in use and what is no such folder stay", async () => {
    const { stdout: dead } = await execa("sh", ["-c", "echo $$"]);
    for (const name of [`.work-${dead}-aaaaaa`, ".work-1-bbbbbb", `build-${dead}-cccccc`, "python"]) {
      await mkdir(join(parent.path, name));
    }
    await using other = await openWorkspace(parent.path, null);
    await using _workspace = await openWorkspace(parent.path, null);
    const left = await readdir(parent.path);
    expect(left).not.toContain(`.work-${dead}-aaaaaa`);
    expect(left).toEqual(expect.arrayContaining([".work-1-bbbbbb", `build-${dead}-cccccc`, "python"]));
    expect(left.map((name) => join(parent.path, name))).toContain(other.path);
  });
});
