/* blocks.c - see blocks.h. */
#include "formats/blocks.h"

bool blocks_open(struct blocks *blocks, struct str text)
{
    *blocks = (struct blocks){.text = text, .next_line = 1};
    return text.len == 0 || str_starts(text, "@ ");
}

bool blocks_next(struct blocks *blocks)
{
    struct str line;

    if (!str_line(&blocks->text, &blocks->head))
        return false;
    blocks->line = blocks->next_line++;
    (void)str_skip(&blocks->head, "@ ");
    blocks->body = blocks->text;
    while (!str_starts(blocks->text, "@ ") && str_line(&blocks->text, &line))
        blocks->next_line++;
    blocks->body.len -= blocks->text.len;
    return true;
}
