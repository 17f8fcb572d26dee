import { createHash } from "node:crypto";
import { once } from "node:events";
import { mkdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { execa } from "execa";
import { dir } from "tmp-promise";
import { copyOutBaseFiles } from "../../src/packages/base-files.ts";
import { debianArchitecture } from "../../src/packages/debian-architecture.ts";
import type { DataFolder } from "./build-place.ts";

/** What the mirror does with a request for a path: answers, says nothing, or hangs up in the middle. */
export type Behaviour = "answers" | "hangs" | "breaks-off";

/** One Debian package of the mirror. */
export interface MirroredPackage {
  readonly name: string;
  readonly version: string;
  /** Texts by path. */
  readonly files: Readonly<Record<string, string>>;
}

/** How metadata is written, where it is not as it should be. */
export interface Publishing {
  /** When it is past its date; in a week when left out. */
  readonly validUntil?: Date;
  /** Another key than the one that the base has signs it. */
  readonly isForeign?: boolean;
}

/** A signed mirror of one suite, on loopback. */
export interface AptMirror extends AsyncDisposable {
  /** For sources.list(5). */
  readonly url: string;
  /** Paths that were asked for. */
  readonly asked: readonly string[];
  /** Packs the packages and signs the metadata of just these. */
  publish(packages: readonly MirroredPackage[], publishing?: Publishing): Promise<void>;
  /** Changes what is done with paths that match; the last that was told counts. */
  behave(behaviour: Behaviour, path?: RegExp): void;
  /** Changes a byte of a file, and nothing of what is signed. */
  corrupt(path: RegExp): Promise<void>;
  /** Changes the metadata after it was signed. */
  tamper(): Promise<void>;
  /** Listens no longer. */
  close(): Promise<void>;
  /** Makes the mirror the only source of a base, and its key the only one that counts there. */
  trustedBy(data: DataFolder): Promise<void>;
}

const SUITE = "trixie";
const WEEK_MS = 7 * 24 * 3_600_000;
/** A key may well end with the byte of a line's end. */
const BYTES = { encoding: "buffer", stripFinalNewline: false } as const;

const KEYS = ["trusted", "foreign"] as const;

/** Starts a mirror without a package. */
export async function startMirror(): Promise<AptMirror> {
  await using acquired = new AsyncDisposableStack();
  const folder = await dir({ unsafeCleanup: true });
  acquired.defer(folder.cleanup);
  const root = join(folder.path, "mirror");
  const gpg = await openGpg(join(folder.path, "gpg"));
  acquired.use(gpg);
  const asked: string[] = [];
  const rules: { readonly path: RegExp; readonly behaviour: Behaviour }[] = [];
  const server = createServer((request, response) => {
    const path = decodeURIComponent(request.url ?? "/");
    asked.push(path);
    const rule = rules.findLast((it) => it.path.test(path));
    void serveFile(join(root, path), rule?.behaviour ?? "answers", response);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const close = async () => {
    server.closeAllConnections();
    server.close();
  };
  acquired.defer(close);
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  let files: readonly string[] = [];
  const owned = acquired.move();
  return {
    url,
    asked,
    async publish(packages, publishing = {}) {
      await rm(root, { recursive: true, force: true });
      files = await writePool(root, folder.path, packages);
      await writeMetadata(root, packages, gpg, publishing);
    },
    behave: (behaviour, path = /./) => void rules.push({ path, behaviour }),
    async corrupt(path) {
      for (const file of files.filter((name) => path.test(name))) {
        const bytes = await readFile(join(root, file));
        bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 0xff;
        await writeFile(join(root, file), bytes);
      }
    },
    close,
    async tamper() {
      const file = join(root, "dists", SUITE, "InRelease");
      await writeFile(file, (await readFile(file, "utf8")).replace("Origin: test", "Origin: best"));
    },
    async trustedBy({ dataDir, base }) {
      const baseDir = join(dataDir, "bases", SUITE);
      await copyOutBaseFiles(baseDir);
      // Written anew: what lies there is a hard link to everybody's.
      const replace = async (name: string, content: string | Buffer) => {
        await rm(join(baseDir, name));
        await writeFile(join(baseDir, name), content);
      };
      await replace("keyring.gpg", await gpg.publicKey("trusted"));
      await replace("manifest.json", JSON.stringify({ ...base, sources: [`deb ${url} ${SUITE} main`] }));
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

async function serveFile(path: string, behaviour: Behaviour, response: ServerResponse): Promise<void> {
  if (behaviour === "hangs") return;
  const content = await readFile(path).catch(() => null);
  if (content === null) {
    response.writeHead(404).end();
    return;
  }
  response.writeHead(200, { "content-length": content.length });
  if (behaviour === "answers") response.end(content);
  else response.write(content.subarray(0, content.length >> 1), () => response.destroy());
}

/** Gives the packages' paths. */
async function writePool(
  root: string,
  work: string,
  packages: readonly MirroredPackage[],
): Promise<string[]> {
  await mkdir(join(root, "pool"), { recursive: true });
  for (const mirrored of packages) {
    const tree = join(work, "tree");
    await rm(tree, { recursive: true, force: true });
    for (const [name, text] of Object.entries({ ...mirrored.files, "DEBIAN/control": control(mirrored) })) {
      await mkdir(join(tree, name, ".."), { recursive: true });
      await writeFile(join(tree, name), text, { mode: name.includes("bin/") ? 0o755 : 0o644 });
    }
    await execa("dpkg-deb", ["--build", "--root-owner-group", tree, join(root, poolPath(mirrored))]);
  }
  return packages.map(poolPath);
}

function control({ name, version }: MirroredPackage): string {
  return `Package: ${name}\nVersion: ${version}\nArchitecture: all\nMaintainer: nobody\nDescription: a sample\n`;
}

function poolPath({ name, version }: MirroredPackage): string {
  return `pool/${name}_${version}_all.deb`;
}

/** The three files that apt reads of a suite (Debian wiki, "DebianRepository/Format"). */
async function writeMetadata(
  root: string,
  packages: readonly MirroredPackage[],
  gpg: Gpg,
  { validUntil = new Date(Date.now() + WEEK_MS), isForeign = false }: Publishing,
): Promise<void> {
  const architecture = debianArchitecture(process.arch);
  const index = `main/binary-${architecture}/Packages`;
  const dist = join(root, "dists", SUITE);
  await mkdir(join(dist, index, ".."), { recursive: true });
  const paragraphs = await Promise.all(packages.map((mirrored) => paragraph(root, mirrored)));
  const text = paragraphs.join("\n");
  await writeFile(join(dist, index), text);
  const release = [
    ...["Origin: test", `Suite: ${SUITE}`, `Codename: ${SUITE}`, "Components: main"],
    `Architectures: ${architecture}`,
    `Date: ${new Date(Date.now() - 2 * WEEK_MS).toUTCString()}`,
    `Valid-Until: ${validUntil.toUTCString()}`,
    ...["SHA256:", ` ${sha256(text)} ${Buffer.byteLength(text)} ${index}`, ""],
  ].join("\n");
  await writeFile(join(dist, "Release"), release);
  await gpg.clearSign(isForeign ? "foreign" : "trusted", join(dist, "Release"), join(dist, "InRelease"));
}

async function paragraph(root: string, mirrored: MirroredPackage): Promise<string> {
  const path = join(root, poolPath(mirrored));
  const { size } = await stat(path);
  const file = [
    `Filename: ${poolPath(mirrored)}`,
    `Size: ${size}`,
    `SHA256: ${sha256(await readFile(path))}`,
  ];
  return `${control(mirrored)}${file.join("\n")}\n`;
}

function sha256(content: string | Buffer): string {
  return createHash("sha256").update(content).digest("hex");
}

/** gpg with keys of its own; its agent is gone after disposal. */
interface Gpg extends AsyncDisposable {
  publicKey(name: (typeof KEYS)[number]): Promise<Buffer>;
  clearSign(name: (typeof KEYS)[number], file: string, target: string): Promise<void>;
}

async function openGpg(home: string): Promise<Gpg> {
  await mkdir(home, { mode: 0o700 });
  const address = (name: string) => `${name}@mirror.invalid`;
  const options = [
    "--homedir",
    home,
    "--batch",
    "--quiet",
    "--yes",
    "--pinentry-mode",
    "loopback",
    "--passphrase",
    "",
  ];
  const gpg = (...args: string[]) => execa("gpg", [...options, ...args], BYTES);
  for (const name of KEYS) await gpg("--quick-generate-key", address(name), "ed25519", "sign", "never");
  return {
    publicKey: async (name) => Buffer.from((await gpg("--export", address(name))).stdout),
    clearSign: async (name, file, target) =>
      void (await gpg("--local-user", address(name), "--output", target, "--clear-sign", file)),
    [Symbol.asyncDispose]: async () => void (await execa("gpgconf", ["--homedir", home, "--kill", "all"])),
  };
}
