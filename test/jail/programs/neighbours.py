"""neighbours.py hide|seek|both SECRET: leaves a secret in every place that a program can leave one in; looks for it there.

`seek` prints the kinds of place in which it found something. Everything is open to all: no permission but the jail keeps it apart.
"""

import ctypes
import os
import socket
import sys
import time

libc = ctypes.CDLL(None, use_errno=True)
libc.shmat.restype = ctypes.c_void_p
KEY, PORT, SIZE, IPC_CREAT = 4242, 4242, 4096, 0o1000
PLACES = ("/box/secret", "/tmp/secret", "/dev/shm/secret")
kept = []


def shared_memory(flags):
    number = libc.shmget(KEY, SIZE, flags | 0o666)
    return None if number < 0 else libc.shmat(number, None, 0)


def hide(secret):
    os.umask(0)
    kept.append(secret)
    for path in PLACES:
        with open(path, "w") as file:
            file.write(secret)
    ctypes.memmove(shared_memory(IPC_CREAT), secret.encode() + b"\0", len(secret) + 1)
    libc.msgget(KEY, IPC_CREAT | 0o666)
    libc.semget(KEY, 1, IPC_CREAT | 0o666)
    libc.mq_open(b"/secret", os.O_CREAT | os.O_RDWR, 0o666, None)
    for family, address in ((socket.AF_INET, ("127.0.0.1", PORT)), (socket.AF_INET6, ("::1", PORT)), (socket.AF_UNIX, "\0secret")):
        listener = socket.socket(family)
        listener.bind(address)
        listener.listen()
        kept.append(listener)


def in_files(secret):
    for folder, _, files in os.walk("/"):
        if folder.startswith("/proc") or folder.startswith("/sys"):
            continue
        if "secret" in files and secret in open(os.path.join(folder, "secret")).read():
            return True
    return False


def in_shared_memory(secret):
    address = shared_memory(0)
    return address is not None and ctypes.string_at(address).decode() == secret


def in_processes(secret):
    """Of other processes: their arguments, and their memory."""
    for pid in range(1, 100):
        try:
            with open(f"/proc/{pid}/cmdline") as file:
                if pid != os.getpid() and secret in file.read():
                    return True
        except OSError:
            pass
        if pid != os.getpid() and reads_memory_of(pid):
            return True
    return False


def reads_memory_of(pid):
    try:
        with open(f"/proc/{pid}/maps") as maps, open(f"/proc/{pid}/mem", "rb") as memory:
            memory.seek(int(maps.readline().split("-")[0], 16))
            return len(memory.read(16)) == 16
    except OSError:
        return False


def connects(family, address):
    try:
        socket.create_connection(address, 1) if family != socket.AF_UNIX else socket.socket(family).connect(address)
        return True
    except OSError:
        return False


def may_signal():
    try:
        os.kill(-1, 0)
        return True
    except OSError:
        return False


def seek(secret):
    found = {
        "files": in_files(secret),
        "shared memory": in_shared_memory(secret),
        "message queues": libc.msgget(KEY, 0o666) >= 0,
        "semaphores": libc.semget(KEY, 1, 0o666) >= 0,
        "POSIX message queues": libc.mq_open(b"/secret", os.O_RDWR) >= 0,
        "processes": in_processes(secret),
        "signals": may_signal(),
        "loopback": connects(socket.AF_INET, ("127.0.0.1", PORT)),
        "loopback of IPv6": connects(socket.AF_INET6, ("::1", PORT)),
        "abstract sockets": connects(socket.AF_UNIX, "\0secret"),
    }
    print("\n".join(kind for kind, reached in found.items() if reached))


role, secret = sys.argv[1:]
if role == "both":
    ready, hidden = os.pipe()
    if os.fork() == 0:
        hide(secret)
        os.write(hidden, b"x")
        time.sleep(60)
    os.read(ready, 1)
if role == "hide":
    hide(secret)
    print("hidden", flush=True)
    time.sleep(60)
else:
    seek(secret)
