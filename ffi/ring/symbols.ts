/** What librte_ring exports: rte_ring.h and rte_ring_elem.h. The rest is inlined by the headers. */
export const ringSymbols = {
  rte_ring_get_memsize: "ssize_t (unsigned int count)",
  rte_ring_get_memsize_elem: "ssize_t (unsigned int esize, unsigned int count)",
  rte_ring_init:
    "int (struct rte_ring *r, const char *name, unsigned int count, unsigned int flags)",
  rte_ring_create:
    "struct rte_ring * (const char *name, unsigned int count, int socket_id, unsigned int flags)",
  rte_ring_create_elem:
    "struct rte_ring * (const char *name, unsigned int esize, unsigned int count, int socket_id, unsigned int flags)",
  rte_ring_free: "void (struct rte_ring *r)",
  rte_ring_lookup: "struct rte_ring * (const char *name)",
  rte_ring_reset: "void (struct rte_ring *r)",
  rte_ring_dump: "void (FILE *f, const struct rte_ring *r)",
  rte_ring_list_dump: "void (FILE *f)",
} as const;
