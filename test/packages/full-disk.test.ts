import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import {
  findPackageLitter,
  type PackagePlace,
  type PackageServer,
  packagePlace,
} from "./serving-packages.ts";
import { addToy } from "./toy-index.ts";

const MIB = 2 ** 20;

/** Leaves no byte, and says what `dd` says where there are fewer than it wants. */
const BALLAST = ["/usr/bin/dd", "if=/dev/zero", "of=/opt/toy/ballast", "bs=1M", "count=6", "status=none"];

let place: PackagePlace;

beforeAll(async () => {
  place = await packagePlace();
  await addToy(place.toys, "toy", { "2.0.0": { fixups: [BALLAST] }, "1.0.0": {} });
});
afterAll(() => place[Symbol.asyncDispose]());

/** A server whose own mounts have a small disk at a folder. */
async function serveOnSmallDisk(folder: string): Promise<PackageServer> {
  await mkdir(folder, { recursive: true });
  const mount = 'mount -t tmpfs -o size=4m,mode=755 tmpfs "$0" && exec "$@"';
  return await place.serve({}, { before: ["unshare", "--mount", "--", "sh", "-c", mount, folder] });
}

/** A path as the server sees it. */
function seenBy({ serving }: PackageServer, path: string): string {
  return join(`/proc/${serving.pid}/root`, path);
}

/** Writes until nothing more fits. */
async function fill(folder: string): Promise<string> {
  const path = join(folder, "filling");
  const full = (error: NodeJS.ErrnoException) => expect(error.code).toBe("ENOSPC");
  await writeFile(path, Buffer.alloc(8 * MIB)).catch(full);
  return path;
}

it("a layer that does not fit is told as a full disk; what was there stays, and works", async () => {
  const packages = join(place.data.dataDir, "packages");
  await using server = await serveOnSmallDisk(packages);
  expect((await server.install("toy", "1")).status).toBe(200);
  expect(await server.install("toy")).toMatchObject({
    status: 500,
    body: {
      code: "disk_full",
      message: expect.stringMatching(
        /^The disk is full: make room where .* lies\..*No space left on device/s,
      ),
    },
  });
  expect(await server.installed()).toEqual(["toy 1.0.0"]);
  expect(await server.run("toy", "echo works")).toBe("toy 1.0.0\nworks\n");
  await expectNoLitter(server);
});

it("a disk without room for a build's first file is told; with room again the same installation works", async () => {
  const packages = join(place.data.dataDir, "packages");
  await using server = await serveOnSmallDisk(packages);
  const filling = await fill(seenBy(server, packages));
  expect(await server.install("toy", "1")).toMatchObject({ status: 500, body: { code: "disk_full" } });
  const { body } = await server.send("POST", { language: "toy", version: "1" }, { path: "/api/v2/packages" });
  expect(body).toEqual({ message: expect.stringContaining("The disk is full: make room") });
  await expectNoLitter(server);
  await rm(filling);
  expect((await server.install("toy", "1")).status).toBe(200);
  expect(await server.run("toy", "echo works")).toBe("toy 1.0.0\nworks\n");
});

it("a disk without room for a download is told; with room again the same installation works", async () => {
  await using server = await serveOnSmallDisk(place.stateDir);
  const filling = await fill(seenBy(server, place.stateDir));
  expect(await server.install("toy", "1")).toMatchObject({
    status: 500,
    body: { code: "disk_full", message: expect.stringContaining(place.stateDir) },
  });
  expect(await server.installed()).toEqual([]);
  await expectNoLitter(server);
  await rm(filling);
  expect((await server.install("toy", "1")).status).toBe(200);
  expect(await server.run("toy", "echo works")).toBe("toy 1.0.0\nworks\n");
});

async function expectNoLitter(server: PackageServer): Promise<void> {
  const [dataDir, stateDir] = [place.data.dataDir, place.stateDir].map((path) => seenBy(server, path));
  expect(await findPackageLitter({ dataDir: String(dataDir), stateDir: String(stateDir) })).toEqual([]);
}
