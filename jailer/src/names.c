#include "jailer.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

enum { NAME_PART_MAX = 128 };

static bool part_is_valid(const char *part, size_t length)
{
    if (length == 0 || length > NAME_PART_MAX)
        return false;
    for (size_t i = 0; i < length; i++) {
        char c = part[i];
        bool alphanumeric = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (!alphanumeric && (i == 0 || strchr(".+_~-", c) == NULL))
            return false;
    }
    return true;
}

/* One or more parts of [A-Za-z0-9][A-Za-z0-9.+_~-]*, with one slash between them. */
bool name_is_valid(const char *name)
{
    for (;;) {
        size_t length = strcspn(name, "/");
        if (!part_is_valid(name, length))
            return false;
        if (name[length] == '\0')
            return true;
        name += length + 1;
    }
}

static int open_named(const char *data_dir, const char *kind, const char *name, const char *leaf)
{
    char path[3 * NAME_PART_MAX];
    errno = EINVAL;
    if (!name_is_valid(name) || (size_t)snprintf(path, sizeof(path), "%s/%s/%s", kind, name, leaf) >= sizeof(path))
        refuse("name", name);
    CLEANUP_FD int data = open(data_dir, O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (data < 0)
        fail("open", data_dir);
    int fd = system_open_beneath(data, path, O_PATH | O_DIRECTORY);
    if (fd < 0)
        refuse("open", path);
    return fd;
}

int name_open_layer(const char *data_dir, const char *package)
{
    return open_named(data_dir, "packages", package, "layer");
}

int name_open_base(const char *data_dir, const char *base)
{
    return open_named(data_dir, "bases", base, "root");
}
