import { randomUUID } from "node:crypto";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { createServer, type ListenOptions } from "node:net";
import { join } from "node:path";
import { expect, test } from "vitest";
import { jailerOfFile } from "../support/jailer-of-file.ts";
import { makeJailerPlace } from "../support/jailer-place.ts";
import { python, runProgram, shell } from "../support/program.ts";
import { startJailer } from "../support/start-jailer.ts";

const jailer = jailerOfFile();

/** A listener of the host that counts who comes, and what `connect` is told of it. */
async function hostListener(options: ListenOptions) {
  let visitors = 0;
  const server = createServer((socket) => {
    visitors += 1;
    socket.destroy();
  });
  server.listen(options);
  await once(server, "listening");
  return {
    server,
    visitors: () => visitors,
    [Symbol.asyncDispose]: async () => {
      server.close();
      await once(server, "close");
    },
  };
}

/** Tries to connect, in a jail; prints the error's name or `connected`. */
function connecting(family: string, address: string) {
  return python(`
import errno, socket
try:
    socket.socket(socket.${family}).connect(${address})
    print("connected")
except OSError as error:
    print(errno.errorcode[error.errno])
`);
}

test("a jail has no interface but its loopback", async () => {
  const { stdout } = await runProgram(
    jailer(),
    shell("tail -n +3 /proc/net/dev | cut -d: -f1; tail -n +2 /proc/net/route"),
  );
  expect(stdout.trim()).toBe("lo");
});

test.each([
  ["127.0.0.1", "AF_INET"],
  ["::1", "AF_INET6"],
])("a program cannot reach the host's loopback at %s", async (host, family) => {
  await using listener = await hostListener({ host, port: 0 });
  const address = listener.server.address();
  const port = typeof address === "object" ? address?.port : undefined;
  const ran = await runProgram(jailer(), await connecting(family, `("${host}", ${port})`));
  expect(ran.stdout).toBe("ECONNREFUSED\n");
  expect(listener.visitors()).toBe(0);
});

test("a program cannot reach an abstract socket of the host", async () => {
  const name = `\0crankcase-${randomUUID()}`;
  await using listener = await hostListener({ path: name });
  const ran = await runProgram(jailer(), await connecting("AF_UNIX", `"\\0${name.slice(1)}"`));
  expect(ran.stdout).toBe("ECONNREFUSED\n");
  expect(listener.visitors()).toBe(0);
});

test("a program cannot reach the jailer's own socket", async () => {
  const path = join(jailer().place.runDir, "jailer.sock");
  const ran = await runProgram(jailer(), await connecting("AF_UNIX", `"${path}"`));
  expect(ran.stdout).toBe("ENOENT\n");
});

test.each([
  ["of the internet", "AF_INET", '("192.0.2.1", 80)'],
  ["of the internet, by IPv6", "AF_INET6", '("2001:db8::1", 80)'],
  ["of a private network", "AF_INET", '("10.0.0.1", 80)'],
  ["of a cloud's metadata", "AF_INET", '("169.254.169.254", 80)'],
])("a program cannot reach an address %s", async (_, family, address) => {
  const ran = await runProgram(jailer(), await connecting(family, address));
  expect(ran.stdout).toBe("ENETUNREACH\n");
});

test("a program's datagrams do not reach the host", async () => {
  const socket = createSocket("udp4");
  let received = 0;
  socket.on("message", () => {
    received += 1;
  });
  socket.bind(0, "127.0.0.1");
  await once(socket, "listening");
  const source = `
import socket
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
print(s.sendto(b"x", ("127.0.0.1", ${socket.address().port})))
`;
  expect((await runProgram(jailer(), await python(source))).stdout).toBe("1\n");
  socket.send("control", socket.address().port, "127.0.0.1");
  await once(socket, "message");
  socket.close();
  expect(received).toBe(1);
});

test("no name but those of the loopback can be resolved", async () => {
  const source = `
import socket
print(socket.gethostbyname("localhost"), socket.gethostbyname("crankcase"))
try: socket.getaddrinfo("example.org", 80)
except socket.gaierror: print("unknown")
`;
  expect((await runProgram(jailer(), await python(source))).stdout).toBe("127.0.0.1 127.0.0.1\nunknown\n");
});

/** Prints which network it is in, what its loopback has carried, and whether a flow's label is left. */
const WHERE =
  "readlink /proc/self/ns/net; tail -n +3 /proc/net/dev | tr -d ' 0'; tail -n +2 /proc/net/ip6_flowlabel";

test("a slot's network is used again after a program that sent nothing", async () => {
  await using place = await makeJailerPlace({ slots: 1 });
  await using one = await startJailer(place);
  const first = await runProgram(one, shell(WHERE));
  await runProgram(
    one,
    await python("import socket; socket.socket().bind(('127.0.0.1', 8000)); socket.socket().listen()"),
  );
  expect((await runProgram(one, shell(WHERE))).stdout).toBe(first.stdout);
  expect(first.stdout).toMatch(/^net:\[\d+\]\nlo:\n$/);
});

test.each([
  [
    "sent itself something",
    "s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.sendto(b'x', ('127.0.0.1', 9))",
  ],
  ["tried to reach a host", "socket.socket(socket.AF_INET, socket.SOCK_DGRAM).connect_ex(('192.0.2.1', 9))"],
  [
    "left a flow's label", // flowlabel_req: destination, label, action get, share any, flags create, expires, linger
    "socket.socket(socket.AF_INET6).setsockopt(41, 32, socket.inet_pton(10, '::1') + struct.pack('=IBBHHH4x', 0, 0, 255, 1, 60, 60))",
  ],
])("a program finds a new network after one that %s", async (_, statement) => {
  await using place = await makeJailerPlace({ slots: 1 });
  await using one = await startJailer(place);
  const first = await runProgram(one, shell(WHERE));
  const used = await runProgram(one, await python(`import socket, struct\n${statement}`));
  expect(used).toMatchObject({ exitCode: 0, stderr: "" });
  const next = await runProgram(one, shell(WHERE));
  expect(next.stdout).not.toBe(first.stdout);
  expect(next.stdout).toMatch(/^net:\[\d+\]\nlo:\n$/);
});
