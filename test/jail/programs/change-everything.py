"""Tries to change everything that is not in /box, /tmp or /dev/shm; prints what let itself be changed, with the kind of device."""

import os
import stat

WRITABLE = ("/box", "/tmp", "/dev/shm")
tried = 0


def attempt(what, path, action):
    global tried
    tried += 1
    try:
        action()
    except OSError:
        return
    print(what, path)


def open_for_writing(path):
    os.close(os.open(path, os.O_WRONLY | os.O_APPEND | os.O_NONBLOCK | os.O_NOCTTY))


# Whoever may not change a mode or an owner may not set it to what it is either; whoever may does no harm by it.
def try_owner(path, about):
    attempt("chmod", path, lambda: os.chmod(path, stat.S_IMODE(about.st_mode)))
    attempt("chown", path, lambda: os.chown(path, about.st_uid, about.st_gid))


def try_file(path):
    about = os.lstat(path)
    if stat.S_ISLNK(about.st_mode):
        return  # What it leads to is tried in its own place.
    what = "write"
    if stat.S_ISCHR(about.st_mode) or stat.S_ISBLK(about.st_mode):
        what = f"device {os.major(about.st_rdev)}:{os.minor(about.st_rdev)}"
    attempt(what, path, lambda: open_for_writing(path))
    attempt("utime", path, lambda: os.utime(path))
    try_owner(path, about)


def try_folder(path):
    new = os.path.join(path, "probe")
    attempt("mkdir", new, lambda: os.mkdir(new))
    attempt("create", new, lambda: os.close(os.open(new, os.O_CREAT | os.O_WRONLY)))
    attempt("mkfifo", new, lambda: os.mkfifo(new))
    attempt("symlink", new, lambda: os.symlink("/", new))
    try_owner(path, os.lstat(path))


for folder, folders, files in os.walk("/"):
    folders[:] = [name for name in folders if os.path.join(folder, name) not in WRITABLE]
    if folder == "/proc":  # A process may change what is its own.
        folders[:] = [name for name in folders if not name.isdigit()]
    try_folder(folder)
    for name in files:
        try:
            try_file(os.path.join(folder, name))
        except FileNotFoundError:
            pass
print("tried", tried)
