/** What librte_eal exports for memzones: rte_memzone.h. */
export const memzoneSymbols = {
  rte_memzone_reserve:
    "const struct rte_memzone * (const char *name, size_t len, int socket_id, unsigned int flags)",
  rte_memzone_reserve_aligned:
    "const struct rte_memzone * (const char *name, size_t len, int socket_id, unsigned int flags, unsigned int align)",
  rte_memzone_reserve_bounded:
    "const struct rte_memzone * (const char *name, size_t len, int socket_id, unsigned int flags, unsigned int align, unsigned int bound)",
  rte_memzone_free: "int (const struct rte_memzone *mz)",
  rte_memzone_lookup: "const struct rte_memzone * (const char *name)",
  rte_memzone_dump: "void (FILE *f)",
  rte_memzone_walk: "void (void (*func)(const struct rte_memzone *, void *arg), void *arg)",
} as const;
