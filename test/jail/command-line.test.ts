import { execa } from "execa";
import { expect, test } from "vitest";
import { SANITIZED } from "../support/start-jailer.ts";

/** A command line that is whole, but for folders that are not there. */
const LINE = {
  ...{
    instance: "none",
    "run-dir": "/none",
    "data-dir": "/none",
    "builds-dir": "/none",
    "executioners-dir": "/none",
  },
  ...{
    "socket-uid": "0",
    "runner-uid-min": "200000",
    "runner-gid-min": "200000",
    slots: "1",
    "memory-total": "1073741824",
  },
};

async function ended(options: Partial<typeof LINE> & { readonly starts?: string }) {
  const args = Object.entries({ ...LINE, ...options }).map(([name, value]) => `--${name}=${value}`);
  const { exitCode, stderr } = await execa(SANITIZED, args, { reject: false });
  return { exitCode, firstLine: stderr.split("\n")[0] };
}

test.each([
  " 8",
  "+8",
  "-8",
  "-18446744073709551615",
  " -18446744073709551615",
  "8x",
  "0x8",
  "",
  "0",
  "4097",
])("the jailer does not start with %j slots", async (slots) => {
  const { exitCode, firstLine } = await ended({ slots });
  expect(exitCode).toBe(2);
  expect(firstLine).toBe(`jailer: --slots takes a number from 1 to 4096, not ${slots}`);
});

test("a command line that is whole is taken: what fails then is a folder that is not there", async () => {
  expect(await ended({ slots: "8" })).toMatchObject({
    exitCode: 1,
    firstLine: expect.stringContaining("/none"),
  });
});

test.each(["relative/starts.log", "/alone.log", "/folder/", "//x", "none"])(
  "the jailer does not start with %j for a log of starts",
  async (starts) => {
    const { exitCode, firstLine } = await ended({ starts });
    expect(exitCode).toBe(2);
    expect(firstLine).toBe("jailer: --starts must be the absolute path of a file in a folder of its own");
  },
);
