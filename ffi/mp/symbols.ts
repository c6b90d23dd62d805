/**
 * What librte_eal exports for messages between processes.
 *
 * @module
 */

/** Prototypes by symbol name. */
export const mpSymbols = {
  rte_mp_action_register:
    "int (const char *name, int (*action)(const struct rte_mp_msg *msg, const void *peer))",
  rte_mp_action_unregister: "void (const char *name)",
  rte_mp_disable: "bool (void)",
  rte_mp_reply: "int (struct rte_mp_msg *msg, const char *peer)",
  rte_mp_request_async:
    "int (struct rte_mp_msg *req, const struct timespec *ts, int (*clb)(const struct rte_mp_msg *request, const struct rte_mp_reply *reply))",
  rte_mp_request_sync:
    "int (struct rte_mp_msg *req, struct rte_mp_reply *reply, const struct timespec *ts)",
  rte_mp_sendmsg: "int (struct rte_mp_msg *msg)",
} as const;
