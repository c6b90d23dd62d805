/** What librte_pdump exports: rte_pdump.h. */
export const pdumpSymbols = {
  rte_pdump_init: "int (void)",
  rte_pdump_uninit: "int (void)",
} as const;
