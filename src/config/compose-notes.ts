import type { ComposeService } from "./compose-file.ts";

const CONTAINER_LIMIT =
  "bounded the whole container; here jobs_memory_bytes bounds all jobs together, systemd the rest";

/** Keys of a compose service that have another answer here than a setting. */
const NOTES: Readonly<Record<string, (text: string) => string>> = {
  ports: (text) =>
    `nothing is published here: bind_address and port say where it listens, 127.0.0.1:2000 unless told otherwise${hint(text)}`,
  volumes: () => "Piston's packages are not taken over: install.sh --languages makes them, below data_dir",
  privileged: () => "there is no container: the jailer is a small root process, the daemon has no privilege",
  tmpfs: () =>
    "each job gets a private memory file system of its own; its size is limits.job.default.disk_bytes",
  env_file: (text) => `give that file to import-piston too: ${text}`,
  extends: () => "the service it extends is not looked at: write its variables into this file",
  mem_limit: () => CONTAINER_LIMIT,
  deploy: () => CONTAINER_LIMIT,
};

/** Sentences about what else a compose service says, in the file's order. */
export function composeNotes({ keys }: ComposeService): string[] {
  return [...keys].flatMap(([key, { text, line }]) => {
    const note = NOTES[key];
    return note === undefined ? [] : [`${key} (line ${line}): ${note(text)}`];
  });
}

/** The last part of `[HOST:]PUBLISHED:TARGET` is the container's own port, which means nothing here. */
function hint(ports: string): string {
  const [, host = "0.0.0.0", port] = /^(?:(.+):)?(\d+):\d+(?:\/tcp)?$/.exec(ports) ?? [];
  return port === undefined ? "" : `. To be reached as before: install.sh --bind ${host} --port ${port}`;
}
