/**
 * What librte_eal exports, as far as the library and its users call it. In releases that split
 * librte_log and others off, librte_eal depends on them and their symbols are found through it.
 *
 * @module
 */

/** rte_eal.h, rte_lcore.h, rte_launch.h, rte_malloc.h, rte_memory.h, rte_errno.h, rte_log.h, rte_version.h. */
export const ealSymbols = {
  // rte_eal.h
  rte_eal_init: "int (int argc, char **argv)",
  rte_eal_cleanup: "int (void)",
  rte_eal_process_type: "enum rte_proc_type_t (void)",
  rte_eal_primary_proc_alive: "int (const char *config_file_path)",
  rte_eal_has_hugepages: "int (void)",
  rte_eal_has_pci: "int (void)",
  rte_eal_iova_mode: "enum rte_iova_mode (void)",
  rte_eal_get_runtime_dir: "const char * (void)",
  rte_eal_lcore_role: "enum rte_lcore_role_t (unsigned int lcore_id)",
  // rte_lcore.h
  rte_get_main_lcore: "unsigned int (void)",
  rte_lcore_count: "unsigned int (void)",
  rte_lcore_index: "int (int lcore_id)",
  rte_lcore_is_enabled: "int (unsigned int lcore_id)",
  rte_lcore_to_socket_id: "unsigned int (unsigned int lcore_id)",
  rte_lcore_to_cpu_id: "int (int lcore_id)",
  rte_get_next_lcore: "unsigned int (unsigned int i, int skip_main, int wrap)",
  rte_thread_register: "int (void)",
  rte_thread_unregister: "void (void)",
  // rte_launch.h
  rte_eal_get_lcore_state: "enum rte_lcore_state_t (unsigned int worker_id)",
  // rte_lcore.h, memory
  rte_socket_id: "unsigned int (void)",
  rte_socket_count: "unsigned int (void)",
  rte_socket_id_by_idx: "int (unsigned int idx)",
  // rte_malloc.h
  rte_malloc: "void * (const char *type, size_t size, unsigned int align)",
  rte_zmalloc: "void * (const char *type, size_t size, unsigned int align)",
  rte_malloc_socket: "void * (const char *type, size_t size, unsigned int align, int socket)",
  rte_zmalloc_socket: "void * (const char *type, size_t size, unsigned int align, int socket)",
  rte_free: "void (void *ptr)",
  // rte_memory.h
  rte_mem_virt2memseg: "struct rte_memseg * (const void *virt, const struct rte_memseg_list *msl)",
  rte_mem_virt2memseg_list: "struct rte_memseg_list * (const void *virt)",
  // rte_errno.h
  rte_strerror: "const char * (int errnum)",
  // rte_version.h
  rte_version: "const char * (void)",
  // rte_log.h
  rte_openlog_stream: "int (FILE *f)",
  rte_log_set_global_level: "void (uint32_t level)",
  rte_log_get_global_level: "uint32_t (void)",
  rte_log_set_level_pattern: "int (const char *pattern, uint32_t level)",
} as const;
