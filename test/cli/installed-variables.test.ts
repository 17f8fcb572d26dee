import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { dir } from "tmp-promise";
import { expect, test } from "vitest";
import { installedVariables } from "../../src/cli/installed-variables.ts";

test("the service's variables are read from its file, and there are none without one", async () => {
  const { path, cleanup } = await dir({ unsafeCleanup: true });
  const file = join(path, "environment");
  await writeFile(file, "# why\nCRANKCASE_KEYS_FILE=/srv/keys.json\nCRANKCASE_USER='runner'\n");
  expect(await installedVariables(file)).toEqual({
    CRANKCASE_KEYS_FILE: "/srv/keys.json",
    CRANKCASE_USER: "runner",
  });
  await cleanup();
  expect(await installedVariables(file)).toEqual({});
});
