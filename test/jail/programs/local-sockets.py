"""Talks to itself over every kind of socket that stays in the jail, 1 MiB where the kind is a stream."""

import os
import socket
import threading

MESSAGE = os.urandom(1 << 20)
STREAMS = {
    "TCP": (socket.AF_INET, ("127.0.0.1", 0)),
    "TCP over IPv6": (socket.AF_INET6, ("::1", 0)),
    "Unix": (socket.AF_UNIX, "/tmp/socket"),
    "abstract Unix": (socket.AF_UNIX, "\0abstract"),
}
DATAGRAMS = {"UDP": (socket.AF_INET, ("127.0.0.1", 0)), "UDP over IPv6": (socket.AF_INET6, ("::1", 0))}


def send(family, address):
    with socket.socket(family) as sender:
        sender.connect(address)
        sender.sendall(MESSAGE)


for name, (family, address) in STREAMS.items():
    with socket.socket(family) as listener:
        listener.bind(address)
        listener.listen()
        threading.Thread(target=send, args=(family, listener.getsockname())).start()
        with listener.accept()[0].makefile("rb") as received:
            print(name, received.read() == MESSAGE)
for name, (family, address) in DATAGRAMS.items():
    with socket.socket(family, socket.SOCK_DGRAM) as receiver, socket.socket(family, socket.SOCK_DGRAM) as sender:
        receiver.bind(address)
        sender.sendto(MESSAGE[:1000], receiver.getsockname())
        print(name, receiver.recv(2000) == MESSAGE[:1000])
a, b = socket.socketpair()
a.send(b"x")
print("pair", b.recv(1) == b"x")
