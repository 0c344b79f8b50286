/* shim_directories.c - reading folders: an entry of a Mac is longer and has its name's length. */
#include <dirent.h>
#include <stdlib.h>
#include <string.h>

#include "tests/macrun/mac.h"
#include "tests/macrun/macrun.h"

struct folder {
    DIR *host;
    struct darwin_dirent entry;
};

static struct folder *mac_opendir(const char *path)
{
    DIR *host = opendir(mac_path(path));
    struct folder *folder = host != NULL ? calloc(1, sizeof *folder) : NULL;

    if (folder != NULL)
        folder->host = host;
    else if (host != NULL)
        (void)closedir(host);
    return folder;
}

static struct darwin_dirent *mac_readdir(struct folder *folder)
{
    const struct dirent *host = readdir(folder->host);
    struct darwin_dirent *entry = &folder->entry;
    size_t len;

    if (host == NULL)
        return NULL;
    len = strlen(host->d_name);
    *entry = (struct darwin_dirent){
        .d_ino = host->d_ino,
        .d_namlen = (uint16_t)len,
        .d_reclen = (uint16_t)((offsetof(struct darwin_dirent, d_name) + len + 1 + 7) / 8 * 8),
        .d_type = host->d_type,
    };
    memcpy(entry->d_name, host->d_name, len + 1);
    return entry;
}

static int mac_closedir(struct folder *folder)
{
    int result = closedir(folder->host);

    free(folder);
    return result;
}

static int mac_dirfd(const struct folder *folder)
{
    return dirfd(folder->host);
}

const struct shim shims_directories[] = {SHIM(opendir), SHIM(readdir), SHIM(closedir), SHIM(dirfd),
                                         SHIM_END};
