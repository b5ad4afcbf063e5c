/* A list of strings that grows. */
#include <stdlib.h>
#include <string.h>

#define INITIAL 8
#define GROW(list) \
    do { \
        (list)->room *= 2; \
        (list)->items = realloc((list)->items, (list)->room * sizeof(char *)); \
    } while (0)

struct list {
    char **items;
    size_t count;
    size_t room;
};

typedef struct {
    int line;
    int column;
} position;

enum order { ASCENDING, DESCENDING };

static int compare(const void *a, const void *b);

/*
 * Appends a copy of the text.
 * Returns 0, or -1 when there is no memory.
 */
int list_append(struct list *list, const char *text)
{
    if (list->count == list->room)
        GROW(list);
    list->items[list->count] = strdup(text);
    return list->items[list->count++] ? 0 : -1;
}

const char **
list_sorted(struct list *list, enum order order)
{
    qsort(list->items, list->count, sizeof(char *), compare);
    return (const char **)list->items;
}

static int compare(const void *a, const void *b) { return strcmp(a, b); }
