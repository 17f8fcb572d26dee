/* Package layers: written to by a build jail in packages/.staging, moved into place whole, removed by way of the same
 * folder. At any moment a package is there with its manifest, or it is not there. */
#include "jailer.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

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

static void remove_staged(const struct options *options, unsigned slot, const char *leaf)
{
    char name[128];
    staging_name(options, slot, leaf, name, sizeof(name));
    CLEANUP_FD int packages = open_packages(options);
    if (!tree_remove(packages, name))
        fail("remove", name);
}

void package_staging_remove(const struct options *options, unsigned slot)
{
    remove_staged(options, slot, "");
}

/* Only root may look into the staging folder, nor into a layer later: what a package's scripts make may be setuid root,
 * which no mount of a jail honours, but the host's file system would. */
void package_staging_make(const struct options *options, unsigned slot)
{
    char name[128], packages_dir[PATH_MAX];
    packages_path(options, packages_dir, sizeof(packages_dir));
    make_folder(AT_FDCWD, packages_dir);
    CLEANUP_FD int packages = open_packages(options);
    make_folder(packages, ".staging");
    if (fchmodat(packages, ".staging", 0700, 0) < 0)
        fail("close to others", ".staging");
    package_staging_remove(options, slot);
    const char *const leaves[] = {"", "/layer", "/work"};
    for (size_t i = 0; i < sizeof(leaves) / sizeof(leaves[0]); i++) {
        staging_name(options, slot, leaves[i], name, sizeof(name));
        make_folder(packages, name);
    }
}

int package_staging_open(const struct options *options, unsigned slot, const char *leaf)
{
    char name[128];
    staging_name(options, slot, leaf, name, sizeof(name));
    CLEANUP_FD int packages = open_packages(options);
    int fd = system_open_beneath(packages, name, O_PATH | O_DIRECTORY);
    if (fd < 0)
        fail("open", name);
    return fd;
}

/* Removes what an earlier jailer of this instance left of its builds. */
void package_staging_sweep(const struct options *options)
{
    char path[PATH_MAX], prefix[64];
    snprintf(prefix, sizeof(prefix), "%s-", options->instance);
    snprintf(path, sizeof(path), "%s/packages/.staging", options->data_dir);
    DIR *staging = opendir(path);
    if (staging == NULL)
        return; /* nothing was ever built here */
    const struct dirent *entry;
    while ((entry = readdir(staging)) != NULL)
        if (strncmp(entry->d_name, prefix, strlen(prefix)) == 0 && !tree_remove(dirfd(staging), entry->d_name))
            log_line("%s/%s stays: %s", path, entry->d_name, strerror(errno));
    closedir(staging);
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
    remove_staged(options, slot, "/work"); /* the overlay's scratch */
    if (fchmodat(staging, "layer", 0700, 0) < 0)
        fail("close to others", "layer");
    write_manifest(staging, manifest);
    snprintf(parent, sizeof(parent), "%.*s", (int)strcspn(package, "/"), package);
    make_folder(packages, parent);
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
    if (renameat2(packages, package, packages, staging_path, RENAME_NOREPLACE) < 0)
        refuse("remove", package);
    snprintf(parent, sizeof(parent), "%.*s", (int)strcspn(package, "/"), package);
    if (unlinkat(packages, parent, AT_REMOVEDIR) < 0 && errno != ENOTEMPTY && errno != EEXIST)
        fail("remove", parent);
    package_staging_remove(options, slot);
}
