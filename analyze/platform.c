/* platform.c - see platform.h. */
#include "analyze/platform.h"

#include <string.h>

const struct platform *platform_named(const char *name)
{
    static const struct platform *const platforms[] = {&platform_linux, &platform_macos};

    for (size_t i = 0; name != NULL && i < sizeof platforms / sizeof *platforms; i++)
        if (strcmp(platforms[i]->name, name) == 0)
            return platforms[i];
    return NULL;
}
