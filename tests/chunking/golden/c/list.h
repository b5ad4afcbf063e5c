#ifndef LIST_H
#define LIST_H

struct list;

/**
 * Makes an empty list.
 *
 * The caller frees it with list_free().
 */
struct list *list_new(size_t room);

void list_free(struct list *list);
int list_count(const struct list *list);

#endif
