import { createHash } from "node:crypto";
import { once } from "node:events";
import { chmod, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { dirname, join } from "node:path";
import { execa } from "execa";
import { dir } from "tmp-promise";

/** A package in Piston's format: its name and version, and its files. */
export interface PistonSample {
  readonly name: string;
  readonly version: string;
  readonly files: Readonly<Record<string, string>>;
  /** More for tar, before the files. */
  readonly tarOptions?: readonly string[];
}

/** A server with an index and archives. */
export interface PistonServer extends AsyncDisposable {
  readonly url: string;
  /** Makes the archive and puts it into the index; under another digest where one is given. */
  add(sample: PistonSample, sha256?: string): Promise<void>;
  addLine(line: string): void;
  /** Nobody answers any more. */
  close(): Promise<void>;
}

/**
 * A tiny language of lines `say TEXT`, `args`, `input` and `show VARIABLE`, and `nonsense`, which does not compile. Its
 * interpreter lies at the path that Piston gives it; its environment does all that one must not count on it not to do.
 */
export function tinyLanguage(version: string): PistonSample {
  const folder = `/piston/packages/tiny/${version}`;
  return {
    name: "tiny",
    version,
    files: {
      "pkg-info.json": JSON.stringify({
        language: "tiny",
        version,
        build_platform: "docker-debian",
        aliases: ["tn", "Tiny#"],
        limit_overrides: { run_timeout: 7000, max_process_count: -1 },
        author: "somebody",
      }),
      environment: [
        `export PATH=$PWD/bin:$PATH TINY_VERSION=${version}`,
        `export TINY_TEXT=$'two  words\\n"quoted" $HOME'`,
        "export PISTON_LANGUAGE=other CRANKCASE_TIMEOUT_SECONDS=1",
        "NOT_EXPORTED=1",
        "echo noise; set -e; cd /",
      ].join("\n"),
      compile: 'if grep --line-number nonsense "$@" >&2; then exit 1; fi\ncat "$@" > program.out\n',
      run: 'shift\ntiny program.out "$@"\n',
      "bin/tiny": [
        `#!${folder}/bin/shell`,
        "program=$1; shift",
        "while read -r -u 3 verb rest; do case $verb in",
        'say) echo "$rest" ;;',
        "args) printf '<%s>' \"$@\" ;;",
        "input) cat ;;",
        `show) declare -n it=$rest; [ -v it ] && echo "[$it]" || echo '[unset]' ;;`,
        "esac; done 3< $program",
      ].join("\n"),
    },
  };
}

/** Starts a server on loopback. */
export async function servePiston(): Promise<PistonServer> {
  const folder = await dir({ unsafeCleanup: true });
  const lines: string[] = [];
  const server = createServer((request, response) => {
    if (request.url === "/index") response.end(lines.join("\n"));
    else
      readFile(join(folder.path, request.url ?? "")).then(
        (content) => response.end(content),
        () => response.writeHead(404).end(),
      );
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const close = async () => {
    server.closeAllConnections();
    if (server.listening) await new Promise((resolve) => server.close(resolve));
  };
  return {
    url: `${url}/index`,
    async add(sample, sha256) {
      const file = `${sample.name}-${sample.version}.pkg.tar.gz`;
      await makeArchive(sample, join(folder.path, file));
      const digest = createHash("sha256")
        .update(await readFile(join(folder.path, file)))
        .digest("hex");
      lines.push(`${sample.name},${sample.version},${sha256 ?? digest},${url}/${file}`);
    },
    addLine: (line) => void lines.push(line),
    close,
    async [Symbol.asyncDispose]() {
      await close();
      await folder.cleanup();
    },
  };
}

async function makeArchive({ files, tarOptions = [] }: PistonSample, file: string): Promise<void> {
  const tree = `${file}.tree`;
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(tree, name)), { recursive: true });
    await writeFile(join(tree, name), text);
    // As an archive of somebody who is careless.
    await chmod(join(tree, name), name.includes("bin/") ? 0o700 : 0o600);
  }
  await mkdir(join(tree, "bin"), { recursive: true });
  await execa("ln", ["-sfn", "/bin/bash", join(tree, "bin/shell")]);
  const tar = ["--create", "--gzip", "--file", file, "--directory", tree];
  await execa("tar", [...tar, ...tarOptions, "."]);
  await rm(tree, { recursive: true });
}
