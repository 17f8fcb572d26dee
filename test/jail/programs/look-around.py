"""Prints what a job finds in its jail before it has done anything, and whether it can start a process."""

import ctypes
import json
import os

SHM_INFO = 14  # shmctl(2)
uid, gid = os.getuid(), os.getgid()
processes = len([name for name in os.listdir("/proc") if name.isdigit()])
files = []
for start in ("/box", "/tmp", "/dev/shm"):
    for folder, folders, names in os.walk(start):
        files += [os.path.join(folder, name) for name in folders + names]
info = (ctypes.c_long * 8)()
ctypes.CDLL(None).shmctl(0, SHM_INFO, info)
children = os.system("exec true") == 0
print(json.dumps(dict(uid=uid, gid=gid, processes=processes, files=sorted(files), sharedMemory=info[0], children=children)))
