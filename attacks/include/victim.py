"""An honest job beside an attack: keeps a few things of its own and looks whether somebody else comes near them."""
import hashlib, os, socket, sys, time

secret = os.urandom(16)
places = ["/tmp/victim", "/dev/shm/victim", "/box/submission/victim"]
for place in places:
    with open(place, "wb") as file:
        file.write(secret)
listeners = []
for family, address in ((socket.AF_INET, ("127.0.0.1", 7777)), (socket.AF_UNIX, "\0victim"), (socket.AF_UNIX, "/tmp/victim.sock")):
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.bind(address)
    listener.listen()
    listener.setblocking(False)
    listeners.append(listener)

sums, digest = 0, b""
until = time.monotonic() + float(sys.argv[1])
while time.monotonic() < until:
    digest = hashlib.sha256(digest + secret).digest()
    sums += 1
    if sums % 200 == 0:
        time.sleep(0.005)

trouble = []
for place in places:
    with open(place, "rb") as file:
        if file.read() != secret:
            trouble.append(f"{place} was changed")
for name, expected in (("/tmp", {"victim", "victim.sock"}), ("/dev/shm", {"victim"})):
    found = set(os.listdir(name))
    if found != expected:
        trouble.append(f"{name} holds {sorted(found)}")
for listener in listeners:
    try:
        listener.accept()
        trouble.append("somebody connected to it")
    except BlockingIOError:
        pass
# Besides itself there is `timeout`, which has started it.
processes = {int(name) for name in os.listdir("/proc") if name.isdigit()}
if processes - {os.getpid(), os.getppid()}:
    trouble.append(f"it sees the processes {sorted(processes)}")
child = os.fork()
if child == 0:
    os._exit(7)
if os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) != 7:
    trouble.append("its child ended in another way")
print("\n".join(trouble) or "whole")
