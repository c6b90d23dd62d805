/** What librte_mbuf exports: rte_mbuf.h, rte_mbuf_ptype.h, rte_mbuf_dyn.h, rte_mbuf_pool_ops.h. */
export const mbufSymbols = {
  // rte_mbuf.h
  rte_pktmbuf_pool_create:
    "struct rte_mempool * (const char *name, unsigned int n, unsigned int cache_size, uint16_t priv_size, uint16_t data_room_size, int socket_id)",
  rte_pktmbuf_pool_create_by_ops:
    "struct rte_mempool * (const char *name, unsigned int n, unsigned int cache_size, uint16_t priv_size, uint16_t data_room_size, int socket_id, const char *ops_name)",
  rte_pktmbuf_init: "void (struct rte_mempool *mp, void *opaque_arg, void *m, unsigned int i)",
  rte_pktmbuf_free_bulk: "void (struct rte_mbuf **mbufs, unsigned int count)",
  rte_pktmbuf_clone: "struct rte_mbuf * (struct rte_mbuf *md, struct rte_mempool *mp)",
  rte_pktmbuf_copy:
    "struct rte_mbuf * (const struct rte_mbuf *m, struct rte_mempool *mp, uint32_t offset, uint32_t length)",
  rte_mbuf_check: "int (const struct rte_mbuf *m, int is_header, const char **reason)",
  rte_pktmbuf_dump: "void (FILE *f, const struct rte_mbuf *m, unsigned int dump_len)",
  __rte_pktmbuf_linearize: "int (struct rte_mbuf *mbuf)",
  rte_get_rx_ol_flag_name: "const char * (uint64_t mask)",
  rte_get_tx_ol_flag_name: "const char * (uint64_t mask)",
  rte_get_rx_ol_flag_list: "int (uint64_t mask, char *buf, size_t buflen)",
  rte_get_tx_ol_flag_list: "int (uint64_t mask, char *buf, size_t buflen)",
  // rte_mbuf_ptype.h
  rte_get_ptype_name: "int (uint32_t ptype, char *buf, size_t buflen)",
  // rte_mbuf_dyn.h
  rte_mbuf_dynfield_register: "int (const struct rte_mbuf_dynfield *params)",
  rte_mbuf_dynfield_lookup: "int (const char *name, struct rte_mbuf_dynfield *params)",
  rte_mbuf_dynflag_register: "int (const struct rte_mbuf_dynflag *params)",
  rte_mbuf_dynflag_lookup: "int (const char *name, struct rte_mbuf_dynflag *params)",
  rte_mbuf_dyn_dump: "void (FILE *out)",
  rte_mbuf_dyn_rx_timestamp_register: "int (int *field_offset, uint64_t *rx_flag)",
  rte_mbuf_dyn_tx_timestamp_register: "int (int *field_offset, uint64_t *tx_flag)",
  // rte_mbuf_pool_ops.h
  rte_mbuf_best_mempool_ops: "const char * (void)",
} as const;
