import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { dir } from "tmp-promise";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type ServiceFiles, serverAddress } from "../../src/cli/server-address.ts";

const OTHER = "http://192.0.2.1:2000";
const OWN = "http://127.0.0.1:2345";

let folder: Awaited<ReturnType<typeof dir>>;
let files: ServiceFiles;
let absent: ServiceFiles;

beforeAll(async () => {
  folder = await dir({ unsafeCleanup: true });
  const [startFile, adminKeyFile] = [join(folder.path, "start.env"), join(folder.path, "admin-key")];
  const operatorSocket = "/nowhere/operator.sock";
  files = { startFile, adminKeyFile, operatorSocket };
  absent = { startFile: "/nowhere/start.env", adminKeyFile: "/nowhere/admin-key", operatorSocket };
  await writeFile(startFile, `JAILER_OPTIONS=--slots 4\nSERVICE_URL=${OWN}\nSERVICE_SLOTS=4\n`);
  await writeFile(adminKeyFile, "ck_admin\n");
});

afterAll(() => folder.cleanup());

test("nobody names a server: it is the machine's own service, with its admin's key", async () => {
  expect(await serverAddress(undefined, {}, files)).toEqual({
    url: OWN,
    key: "ck_admin",
    isOwn: true,
    socket: null,
  });
});

test("where no service was started, it is the default port, without a key", async () => {
  const url = "http://127.0.0.1:2000";
  expect(await serverAddress(undefined, {}, absent)).toEqual({ url, key: null, isOwn: true, socket: null });
});

test("the admin's key is never sent to a server that somebody named", async () => {
  expect(await serverAddress(OTHER, {}, files)).toEqual({
    url: OTHER,
    key: null,
    isOwn: false,
    socket: null,
  });
  expect(await serverAddress(OWN, {}, files)).toMatchObject({ key: null });
  expect(await serverAddress(undefined, { CRANKCASE_URL: OTHER }, files)).toEqual({
    url: OTHER,
    key: null,
    isOwn: false,
    socket: null,
  });
});

test("--url wins over CRANKCASE_URL, and CRANKCASE_KEY over the admin's key", async () => {
  const env = { CRANKCASE_URL: OWN, CRANKCASE_KEY: "ck_mine" };
  expect(await serverAddress(OTHER, env, files)).toEqual({
    url: OTHER,
    key: "ck_mine",
    isOwn: false,
    socket: null,
  });
  expect(await serverAddress(undefined, { CRANKCASE_KEY: "ck_mine" }, files)).toMatchObject({
    key: "ck_mine",
  });
});

test("what can be no key is refused, and not quoted", async () => {
  const refusal = serverAddress(undefined, { CRANKCASE_KEY: "ck_a\nb" }, files);
  await expect(refusal).rejects.toThrow(/^CRANKCASE_KEY holds a character that no key has\.$/);
});

test("the service's socket is for who may open it, and never for another server", async () => {
  const socket = join(folder.path, "operator.sock");
  await writeFile(socket, "");
  const withSocket = { ...files, operatorSocket: socket };
  expect(await serverAddress(undefined, {}, withSocket)).toMatchObject({ socket });
  expect(await serverAddress(OTHER, {}, withSocket)).toMatchObject({ socket: null });
  const named = join(folder.path, "start-with-socket.env");
  await writeFile(named, "SERVICE_OPERATOR_SOCKET=/nowhere/else.sock\n");
  expect(await serverAddress(undefined, {}, { ...withSocket, startFile: named })).toMatchObject({
    socket: null,
  });
});
