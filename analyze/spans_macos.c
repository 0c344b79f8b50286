/* spans_macos.c - see spans_macos.h. */
#include "analyze/spans_macos.h"

#include <stdlib.h>

/* Where a span begins or ends in its object. */
struct edge {
    uint64_t object_id, at;
    size_t span;
    bool begin;
};

static int compare_edges(const void *a, const void *b)
{
    const struct edge *left = a, *right = b;

    if (left->object_id != right->object_id)
        return left->object_id < right->object_id ? -1 : 1;
    if (left->at != right->at)
        return left->at < right->at ? -1 : 1;
    if (left->span != right->span)
        return left->span < right->span ? -1 : 1;
    return left->begin ? -1 : 1;
}

/* An object of its own, or nonsense: nothing to share. */
static bool is_own(const struct wired_span *span)
{
    uint64_t end;

    return span->object_id == 0 || __builtin_add_overflow(span->offset_bytes, span->bytes, &end);
}

static size_t find_edges(const struct wired_span *spans, const bool *skipped, size_t count,
                         struct edge *edges)
{
    size_t n = 0;

    for (size_t i = 0; i < count; i++) {
        if (skipped[i] || is_own(&spans[i]) || spans[i].bytes == 0)
            continue;
        edges[n++] = (struct edge){spans[i].object_id, spans[i].offset_bytes, i, true};
        edges[n++] =
            (struct edge){spans[i].object_id, spans[i].offset_bytes + spans[i].bytes, i, false};
    }
    if (n > 0)
        qsort(edges, n, sizeof *edges, compare_edges);
    return n;
}

/* What a sweep over one object knows on its way. */
struct sweep {
    uint64_t part;   /* that each open span has got since the object began */
    uint64_t open;   /* spans */
    size_t furthest; /* the open span that ends last, which takes what a division leaves */
    uint64_t end;    /* of that span */
};

/* Each open span's part of the stretch up to here is `part` now less `part` when it began. */
static void share_object(const struct edge *edges, size_t count, const struct wired_span *spans,
                         uint64_t *shares)
{
    struct sweep sweep = {0};
    uint64_t at = edges[0].at;

    for (size_t i = 0; i < count; i++) {
        const struct edge *edge = &edges[i];
        uint64_t stretch = edge->at - at;

        if (sweep.open > 0) {
            sweep.part += stretch / sweep.open;
            shares[sweep.furthest] += stretch % sweep.open;
        }
        at = edge->at;
        if (edge->begin) {
            uint64_t end = edge->at + spans[edge->span].bytes;

            shares[edge->span] -= sweep.part;
            if (sweep.open == 0 || end > sweep.end) {
                sweep.furthest = edge->span;
                sweep.end = end;
            }
            sweep.open++;
        } else {
            shares[edge->span] += sweep.part;
            sweep.open--;
        }
    }
}

void share_spans(const struct wired_span *spans, const bool *skipped, size_t count,
                 struct arena *arena, uint64_t *shares)
{
    struct edge *edges = arena_alloc(arena, 2 * count * sizeof *edges);
    size_t edge_count = find_edges(spans, skipped, count, edges), end;

    for (size_t i = 0; i < count; i++)
        shares[i] = !skipped[i] && is_own(&spans[i]) ? spans[i].bytes : 0;
    for (size_t i = 0; i < edge_count; i = end) {
        for (end = i; end < edge_count && edges[end].object_id == edges[i].object_id;)
            end++;
        share_object(edges + i, end - i, spans, shares);
    }
}
