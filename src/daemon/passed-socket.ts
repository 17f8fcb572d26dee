import { readFile, readlink } from "node:fs/promises";
import { CrankcaseError } from "../errors/crankcase-error.ts";

/** The state LISTEN in /proc/net/tcp (proc_pid_net(5); the kernel's include/net/tcp_states.h). */
const LISTEN = "0A";

/** Columns of that table: the state, and the socket's inode. */
const STATE_COLUMN = 3;
const INODE_COLUMN = 9;

/**
 * Makes sure that a descriptor which was passed in is a TCP socket that listens: any other would be bound to an address
 * of the kernel's choice, silently. Throws `start_failed`.
 */
export async function requireListeningSocket(fd: number): Promise<void> {
  const target = await readlink(`/proc/self/fd/${fd}`).catch(() => "nothing");
  const inode = /^socket:\[(\d+)\]$/.exec(target)?.[1];
  if (inode !== undefined && (await listens(inode))) return;
  const message = `Descriptor ${fd} is no listening TCP socket (it is ${target}). \`--listen-fd\` is for systemd and keep-port, which pass one; leave it out to listen on \`bind_address\` and \`port\`.`;
  throw new CrankcaseError("start_failed", message);
}

async function listens(inode: string): Promise<boolean> {
  const tables = ["/proc/self/net/tcp", "/proc/self/net/tcp6"];
  const texts = await Promise.all(tables.map((path) => readFile(path, "utf8").catch(() => "")));
  return texts
    .flatMap((text) => text.split("\n"))
    .map((line) => line.trim().split(/\s+/))
    .some((columns) => columns[STATE_COLUMN] === LISTEN && columns[INODE_COLUMN] === inode);
}
