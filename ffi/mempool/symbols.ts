/** What librte_mempool exports: rte_mempool.h. Get and put are inlined by the header. */
export const mempoolSymbols = {
  rte_mempool_create:
    "struct rte_mempool * (const char *name, unsigned int n, unsigned int elt_size, unsigned int cache_size, unsigned int private_data_size, void (*mp_init)(struct rte_mempool *, void *), void *mp_init_arg, void (*obj_init)(struct rte_mempool *, void *, void *, unsigned int), void *obj_init_arg, int socket_id, unsigned int flags)",
  rte_mempool_create_empty:
    "struct rte_mempool * (const char *name, unsigned int n, unsigned int elt_size, unsigned int cache_size, unsigned int private_data_size, int socket_id, unsigned int flags)",
  rte_mempool_set_ops_byname: "int (struct rte_mempool *mp, const char *name, void *pool_config)",
  rte_mempool_populate_default: "int (struct rte_mempool *mp)",
  rte_mempool_free: "void (struct rte_mempool *mp)",
  rte_mempool_lookup: "struct rte_mempool * (const char *name)",
  rte_mempool_obj_iter:
    "uint32_t (struct rte_mempool *mp, void (*obj_cb)(struct rte_mempool *, void *, void *, unsigned int), void *obj_cb_arg)",
  rte_mempool_walk: "void (void (*func)(struct rte_mempool *, void *), void *arg)",
  rte_mempool_mem_iter:
    "uint32_t (struct rte_mempool *mp, void (*mem_cb)(struct rte_mempool *, void *, struct rte_mempool_memhdr *, unsigned int), void *mem_cb_arg)",
  rte_mempool_cache_create: "struct rte_mempool_cache * (uint32_t size, int socket_id)",
  rte_mempool_cache_free: "void (struct rte_mempool_cache *cache)",
  rte_mempool_avail_count: "unsigned int (const struct rte_mempool *mp)",
  rte_mempool_in_use_count: "unsigned int (const struct rte_mempool *mp)",
  rte_mempool_dump: "void (FILE *f, struct rte_mempool *mp)",
  rte_mempool_list_dump: "void (FILE *f)",
  rte_mempool_audit: "void (struct rte_mempool *mp)",
} as const;
