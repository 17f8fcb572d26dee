/* Removal of a folder with all that is in it, however deep: a package's script may have made anything. Nothing is followed
 * but descriptors, and no path grows: what lies two levels down is moved up to the first before it is looked at. */
#include "jailer.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static bool is_itself(const char *name)
{
    return strcmp(name, ".") == 0 || strcmp(name, "..") == 0;
}

/* Lists a folder from its start, under a descriptor of its own. */
static DIR *list(int folder)
{
    int fd = openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    return fd < 0 ? NULL : fdopendir(fd);
}

/* A name that the folder does not have yet, since the counter only rises; a file that has it all the same stops nothing. */
static bool move_up(int from, const char *name, int top)
{
    static unsigned long moved;
    char unique[32];
    do
        snprintf(unique, sizeof(unique), ".moved-%lu", moved++);
    while (renameat2(from, name, top, unique, RENAME_NOREPLACE) < 0 && errno == EEXIST);
    return faccessat(top, unique, F_OK, AT_SYMLINK_NOFOLLOW) == 0;
}

/* Empties one folder of the first level: its files are removed, its folders moved up. */
static bool empty_into(int folder, int top)
{
    DIR *entries = list(folder);
    if (entries == NULL)
        return false;
    bool done = true;
    const struct dirent *entry;
    while ((entry = readdir(entries)) != NULL)
        if (!is_itself(entry->d_name) && unlinkat(folder, entry->d_name, 0) < 0)
            done = (errno == EISDIR || errno == EPERM) && move_up(folder, entry->d_name, top) && done;
    closedir(entries);
    return done;
}

static bool remove_child(int top, const char *name)
{
    if (unlinkat(top, name, 0) == 0 || unlinkat(top, name, AT_REMOVEDIR) == 0)
        return true;
    CLEANUP_FD int child = openat(top, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    return child >= 0 && empty_into(child, top) && unlinkat(top, name, AT_REMOVEDIR) == 0;
}

/* Removes what is in the folder now; what was moved up meanwhile may still be there. */
static bool remove_children(int top, bool *any)
{
    DIR *entries = list(top);
    if (entries == NULL)
        return false;
    bool done = true;
    const struct dirent *entry;
    *any = false;
    while ((entry = readdir(entries)) != NULL)
        if (!is_itself(entry->d_name)) {
            *any = true;
            done = remove_child(top, entry->d_name) && done;
        }
    closedir(entries);
    return done;
}

/* True when it is gone, or was never there. */
bool tree_remove(int parent, const char *name)
{
    CLEANUP_FD int top = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    bool any = true;
    if (top < 0)
        return errno == ENOENT;
    while (any)
        if (!remove_children(top, &any))
            return false;
    return unlinkat(parent, name, AT_REMOVEDIR) == 0;
}
