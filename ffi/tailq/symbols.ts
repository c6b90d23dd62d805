/** What librte_eal exports for tailqs: rte_tailq.h, and the lock of rte_eal_memconfig.h. */
export const tailqSymbols = {
  // rte_tailq.h
  rte_dump_tailq: "void (FILE *f)",
  rte_eal_tailq_lookup: "struct rte_tailq_head * (const char *name)",
  rte_eal_tailq_register: "int (struct rte_tailq_elem *t)",
  // rte_eal_memconfig.h
  rte_mcfg_tailq_read_lock: "void (void)",
  rte_mcfg_tailq_read_unlock: "void (void)",
  rte_mcfg_tailq_write_lock: "void (void)",
  rte_mcfg_tailq_write_unlock: "void (void)",
} as const;
