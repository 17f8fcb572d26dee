/* Package layers: written to by a build jail in packages/.staging, moved into place whole, removed by way of the same
 * folder. At any moment a package is there with its manifest, or it is not there. */
#include "jailer.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { OPEN_FOLDERS_MAX = 64 };

static void packages_path(const struct options *options, char *path, size_t size)
{
    if ((size_t)snprintf(path, size, "%s/packages", options->data_dir) >= size)
        fail("name", options->data_dir);
}

static int open_packages(const struct options *options)
{
    char path[PATH_MAX];
    packages_path(options, path, sizeof(path));
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        fail("open", path);
    return fd;
}

static void staging_name(const struct options *options, unsigned slot, const char *leaf, char *name, size_t size)
{
    snprintf(name, size, ".staging/%s-%u%s", options->instance, slot, leaf);
}

static void make_folder(int dir, const char *name)
{
    if (mkdirat(dir, name, 0755) < 0 && errno != EEXIST)
        fail("make folder", name);
}

static int remove_entry(const char *path, const struct stat *about, int kind, struct FTW *place)
{
    (void)about;
    (void)place;
    return kind == FTW_DP || kind == FTW_DNR || kind == FTW_D ? rmdir(path) : unlink(path);
}

/* Nobody but root writes below the staging folder, and no link in it is followed. */
void package_staging_remove(const struct options *options, unsigned slot)
{
    char name[128], path[PATH_MAX];
    staging_name(options, slot, "", name, sizeof(name));
    if ((size_t)snprintf(path, sizeof(path), "%s/packages/%s", options->data_dir, name) >= sizeof(path))
        fail("name", name);
    if (nftw(path, remove_entry, OPEN_FOLDERS_MAX, FTW_DEPTH | FTW_PHYS | FTW_MOUNT) != 0 && errno != ENOENT)
        fail("remove", path);
}

void package_staging_make(const struct options *options, unsigned slot)
{
    char name[128];
    package_staging_remove(options, slot);
    char packages_dir[PATH_MAX];
    packages_path(options, packages_dir, sizeof(packages_dir));
    make_folder(AT_FDCWD, packages_dir);
    CLEANUP_FD int packages = open_packages(options);
    make_folder(packages, ".staging");
    const char *const leaves[] = {"", "/layer", "/work"};
    for (size_t i = 0; i < sizeof(leaves) / sizeof(leaves[0]); i++) {
        staging_name(options, slot, leaves[i], name, sizeof(name));
        make_folder(packages, name);
    }
}

static void write_manifest(int staging, struct reader manifest)
{
    CLEANUP_FD int fd = openat(staging, "manifest.json", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    if (fd < 0 || write(fd, manifest.at, manifest.left) != (ssize_t)manifest.left || syncfs(fd) < 0)
        fail("write", "manifest.json");
}

static void check_package(const char *package)
{
    errno = EINVAL;
    const char *slash = strchr(package, '/');
    if (!name_is_valid(package) || slash == NULL || strchr(slash + 1, '/') != NULL)
        refuse("name", package);
}

/* The roots that jails were given from it stay with those jails. */
static void forget_root(const struct options *options, int packages, const char *package)
{
    char layer[PATH_MAX];
    snprintf(layer, sizeof(layer), "%.300s/layer", package);
    CLEANUP_FD int old = openat(packages, layer, O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (old >= 0)
        root_forget(options, old);
}

/* The jail that wrote the layer has ended. */
void package_commit(const struct options *options, unsigned slot, const char *package, struct reader manifest)
{
    char staging_path[128], parent[300];
    check_package(package);
    CLEANUP_FD int packages = open_packages(options);
    staging_name(options, slot, "", staging_path, sizeof(staging_path));
    CLEANUP_FD int staging = openat(packages, staging_path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (staging < 0)
        fail("open", staging_path);
    write_manifest(staging, manifest);
    snprintf(parent, sizeof(parent), "%.*s", (int)strcspn(package, "/"), package);
    make_folder(packages, parent);
    forget_root(options, packages, package);
    if (renameat2(packages, staging_path, packages, package, RENAME_NOREPLACE) < 0 &&
        (errno != EEXIST || renameat2(packages, staging_path, packages, package, RENAME_EXCHANGE) < 0))
        fail("commit", package);
    if (syncfs(packages) < 0)
        fail("sync", package);
    package_staging_remove(options, slot);
}

void package_remove(const struct options *options, unsigned slot, const char *package)
{
    char staging_path[128], parent[300];
    check_package(package);
    package_staging_remove(options, slot);
    CLEANUP_FD int packages = open_packages(options);
    staging_name(options, slot, "", staging_path, sizeof(staging_path));
    forget_root(options, packages, package);
    if (renameat2(packages, package, packages, staging_path, RENAME_NOREPLACE) < 0)
        refuse("remove", package);
    snprintf(parent, sizeof(parent), "%.*s", (int)strcspn(package, "/"), package);
    if (unlinkat(packages, parent, AT_REMOVEDIR) < 0 && errno != ENOTEMPTY && errno != EEXIST)
        fail("remove", parent);
    package_staging_remove(options, slot);
}
