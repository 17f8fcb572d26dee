"""take-sockets.py tcp|udp COUNT: takes sockets, fills their buffers, and prints the MiB that all sockets of the machine
hold (proc(5), /proc/net/sockstat)."""

import re
import socket
import sys

kept = []
listener = socket.create_server(("127.0.0.1", 0))


def fill(end, times):
    end.setblocking(False)
    try:
        for _ in range(times):
            end.send(b"x" * 32000)
    except BlockingIOError:
        pass


def tcp():
    kept.append(socket.create_connection(listener.getsockname()))
    kept.append(listener.accept()[0])
    fill(kept[-1], 1000)
    fill(kept[-2], 1000)


def udp():
    kept.append(socket.socket(type=socket.SOCK_DGRAM))
    kept[-1].bind(("127.0.0.1", 0))
    kept[-1].connect(kept[-1].getsockname())
    fill(kept[-1], 8)


take = {"tcp": tcp, "udp": udp}[sys.argv[1]]
for _ in range(int(sys.argv[2])):
    take()
with open("/proc/net/sockstat") as figures:
    pages = sum(map(int, re.findall(r"mem (\d+)", figures.read())))
print(pages * 4096 >> 20)
