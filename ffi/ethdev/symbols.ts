/**
 * What librte_ethdev and, for devices, librte_eal export: the functions that 22.11, 24.11 and 25.11
 * have alike and as stable ones.
 *
 * @module
 */

/** rte_ethdev.h. */
export const ethdevSymbols = {
  // Which ports there are
  rte_eth_dev_count_avail: "uint16_t (void)",
  rte_eth_dev_count_total: "uint16_t (void)",
  rte_eth_dev_is_valid_port: "int (uint16_t port_id)",
  rte_eth_dev_is_removed: "int (uint16_t port_id)",
  rte_eth_dev_socket_id: "int (uint16_t port_id)",
  rte_eth_dev_get_name_by_port: "int (uint16_t port_id, char *name)",
  rte_eth_dev_get_port_by_name: "int (const char *name, uint16_t *port_id)",
  rte_eth_find_next: "uint16_t (uint16_t port_id)",
  rte_eth_find_next_owned_by: "uint64_t (uint16_t port_id, uint64_t owner_id)",
  rte_eth_find_next_of: "uint16_t (uint16_t port_id_start, const struct rte_device *parent)",
  rte_eth_find_next_sibling: "uint16_t (uint16_t port_id_start, uint16_t ref_port_id)",
  rte_eth_iterator_init: "int (struct rte_dev_iterator *iter, const char *devargs)",
  rte_eth_iterator_next: "uint16_t (struct rte_dev_iterator *iter)",
  rte_eth_iterator_cleanup: "void (struct rte_dev_iterator *iter)",
  // What a port is
  rte_eth_dev_info_get: "int (uint16_t port_id, struct rte_eth_dev_info *dev_info)",
  rte_eth_dev_fw_version_get: "int (uint16_t port_id, char *fw_version, size_t fw_size)",
  rte_eth_dev_rx_offload_name: "const char * (uint64_t offload)",
  rte_eth_dev_tx_offload_name: "const char * (uint64_t offload)",
  rte_eth_speed_bitflag: "uint32_t (uint32_t speed, int duplex)",
  rte_eth_dev_get_supported_ptypes:
    "int (uint16_t port_id, uint32_t ptype_mask, uint32_t *ptypes, int num)",
  rte_eth_dev_set_ptypes:
    "int (uint16_t port_id, uint32_t ptype_mask, uint32_t *set_ptypes, unsigned int num)",
  rte_eth_dev_pool_ops_supported: "int (uint16_t port_id, const char *pool)",
  // Its life
  rte_eth_dev_configure:
    "int (uint16_t port_id, uint16_t nb_rx_queue, uint16_t nb_tx_queue, const struct rte_eth_conf *eth_conf)",
  rte_eth_dev_start: "int (uint16_t port_id)",
  rte_eth_dev_stop: "int (uint16_t port_id)",
  rte_eth_dev_reset: "int (uint16_t port_id)",
  rte_eth_dev_close: "int (uint16_t port_id)",
  // Queues
  rte_eth_dev_adjust_nb_rx_tx_desc:
    "int (uint16_t port_id, uint16_t *nb_rx_desc, uint16_t *nb_tx_desc)",
  rte_eth_rx_queue_setup:
    "int (uint16_t port_id, uint16_t rx_queue_id, uint16_t nb_rx_desc, unsigned int socket_id, const struct rte_eth_rxconf *rx_conf, struct rte_mempool *mb_pool)",
  rte_eth_tx_queue_setup:
    "int (uint16_t port_id, uint16_t tx_queue_id, uint16_t nb_tx_desc, unsigned int socket_id, const struct rte_eth_txconf *tx_conf)",
  rte_eth_dev_rx_queue_start: "int (uint16_t port_id, uint16_t rx_queue_id)",
  rte_eth_dev_rx_queue_stop: "int (uint16_t port_id, uint16_t rx_queue_id)",
  rte_eth_dev_tx_queue_start: "int (uint16_t port_id, uint16_t tx_queue_id)",
  rte_eth_dev_tx_queue_stop: "int (uint16_t port_id, uint16_t tx_queue_id)",
  rte_eth_rx_queue_info_get:
    "int (uint16_t port_id, uint16_t queue_id, struct rte_eth_rxq_info *qinfo)",
  rte_eth_tx_queue_info_get:
    "int (uint16_t port_id, uint16_t queue_id, struct rte_eth_txq_info *qinfo)",
  rte_eth_rx_burst_mode_get:
    "int (uint16_t port_id, uint16_t queue_id, struct rte_eth_burst_mode *mode)",
  rte_eth_tx_burst_mode_get:
    "int (uint16_t port_id, uint16_t queue_id, struct rte_eth_burst_mode *mode)",
  rte_eth_tx_done_cleanup: "int (uint16_t port_id, uint16_t queue_id, uint32_t free_cnt)",
  rte_eth_set_queue_rate_limit: "int (uint16_t port_id, uint16_t queue_idx, uint32_t tx_rate)",
  // Bursts
  rte_eth_call_rx_callbacks:
    "uint16_t (uint16_t port_id, uint16_t queue_id, struct rte_mbuf **rx_pkts, uint16_t nb_rx, uint16_t nb_pkts, void *opaque)",
  rte_eth_call_tx_callbacks:
    "uint16_t (uint16_t port_id, uint16_t queue_id, struct rte_mbuf **tx_pkts, uint16_t nb_pkts, void *opaque)",
  rte_eth_tx_buffer_init: "int (struct rte_eth_dev_tx_buffer *buffer, uint16_t size)",
  rte_eth_tx_buffer_set_err_callback:
    "int (struct rte_eth_dev_tx_buffer *buffer, void (*callback)(struct rte_mbuf **unsent, uint16_t count, void *userdata), void *userdata)",
  rte_eth_tx_buffer_drop_callback: "void (struct rte_mbuf **pkts, uint16_t unsent, void *userdata)",
  rte_eth_tx_buffer_count_callback:
    "void (struct rte_mbuf **pkts, uint16_t unsent, void *userdata)",
  // Link
  rte_eth_link_get: "int (uint16_t port_id, struct rte_eth_link *link)",
  rte_eth_link_get_nowait: "int (uint16_t port_id, struct rte_eth_link *link)",
  rte_eth_dev_set_link_up: "int (uint16_t port_id)",
  rte_eth_dev_set_link_down: "int (uint16_t port_id)",
  rte_eth_led_on: "int (uint16_t port_id)",
  rte_eth_led_off: "int (uint16_t port_id)",
  rte_eth_dev_flow_ctrl_get: "int (uint16_t port_id, struct rte_eth_fc_conf *fc_conf)",
  rte_eth_dev_flow_ctrl_set: "int (uint16_t port_id, struct rte_eth_fc_conf *fc_conf)",
  // What is received
  rte_eth_promiscuous_enable: "int (uint16_t port_id)",
  rte_eth_promiscuous_disable: "int (uint16_t port_id)",
  rte_eth_promiscuous_get: "int (uint16_t port_id)",
  rte_eth_allmulticast_enable: "int (uint16_t port_id)",
  rte_eth_allmulticast_disable: "int (uint16_t port_id)",
  rte_eth_allmulticast_get: "int (uint16_t port_id)",
  rte_eth_macaddr_get: "int (uint16_t port_id, struct rte_ether_addr *mac_addr)",
  rte_eth_dev_default_mac_addr_set: "int (uint16_t port_id, struct rte_ether_addr *mac_addr)",
  rte_eth_dev_mac_addr_add:
    "int (uint16_t port_id, struct rte_ether_addr *mac_addr, uint32_t pool)",
  rte_eth_dev_mac_addr_remove: "int (uint16_t port_id, struct rte_ether_addr *mac_addr)",
  rte_eth_dev_set_mc_addr_list:
    "int (uint16_t port_id, struct rte_ether_addr *mc_addr_set, uint32_t nb_mc_addr)",
  rte_eth_dev_get_mtu: "int (uint16_t port_id, uint16_t *mtu)",
  rte_eth_dev_set_mtu: "int (uint16_t port_id, uint16_t mtu)",
  rte_eth_dev_vlan_filter: "int (uint16_t port_id, uint16_t vlan_id, int on)",
  rte_eth_dev_set_vlan_strip_on_queue: "int (uint16_t port_id, uint16_t rx_queue_id, int on)",
  rte_eth_dev_set_vlan_ether_type:
    "int (uint16_t port_id, enum rte_vlan_type vlan_type, uint16_t tag_type)",
  rte_eth_dev_set_vlan_offload: "int (uint16_t port_id, int offload_mask)",
  rte_eth_dev_get_vlan_offload: "int (uint16_t port_id)",
  rte_eth_dev_set_vlan_pvid: "int (uint16_t port_id, uint16_t pvid, int on)",
  // Receive side scaling
  rte_eth_dev_rss_reta_update:
    "int (uint16_t port_id, struct rte_eth_rss_reta_entry64 *reta_conf, uint16_t reta_size)",
  rte_eth_dev_rss_reta_query:
    "int (uint16_t port_id, struct rte_eth_rss_reta_entry64 *reta_conf, uint16_t reta_size)",
  rte_eth_dev_rss_hash_update: "int (uint16_t port_id, struct rte_eth_rss_conf *rss_conf)",
  rte_eth_dev_rss_hash_conf_get: "int (uint16_t port_id, struct rte_eth_rss_conf *rss_conf)",
  // Counters
  rte_eth_stats_get: "int (uint16_t port_id, struct rte_eth_stats *stats)",
  rte_eth_stats_reset: "int (uint16_t port_id)",
  rte_eth_xstats_get: "int (uint16_t port_id, struct rte_eth_xstat *xstats, unsigned int n)",
  rte_eth_xstats_get_names:
    "int (uint16_t port_id, struct rte_eth_xstat_name *xstats_names, unsigned int size)",
  rte_eth_xstats_get_by_id:
    "int (uint16_t port_id, const uint64_t *ids, uint64_t *values, unsigned int size)",
  rte_eth_xstats_get_names_by_id:
    "int (uint16_t port_id, struct rte_eth_xstat_name *xstats_names, unsigned int size, uint64_t *ids)",
  rte_eth_xstats_get_id_by_name: "int (uint16_t port_id, const char *xstat_name, uint64_t *id)",
  rte_eth_xstats_reset: "int (uint16_t port_id)",
  // Whose it is
  rte_eth_dev_owner_new: "int (uint64_t *owner_id)",
  rte_eth_dev_owner_get: "int (uint16_t port_id, struct rte_eth_dev_owner *owner)",
  rte_eth_dev_owner_set: "int (uint16_t port_id, const struct rte_eth_dev_owner *owner)",
  rte_eth_dev_owner_unset: "int (uint16_t port_id, uint64_t owner_id)",
  rte_eth_dev_owner_delete: "int (uint64_t owner_id)",
  // Events and interrupts
  rte_eth_dev_callback_register:
    "int (uint16_t port_id, enum rte_eth_event_type event, int (*cb_fn)(uint16_t port_id, enum rte_eth_event_type event, void *cb_arg, void *ret_param), void *cb_arg)",
  rte_eth_dev_callback_unregister:
    "int (uint16_t port_id, enum rte_eth_event_type event, int (*cb_fn)(uint16_t port_id, enum rte_eth_event_type event, void *cb_arg, void *ret_param), void *cb_arg)",
  rte_eth_dev_rx_intr_enable: "int (uint16_t port_id, uint16_t queue_id)",
  rte_eth_dev_rx_intr_disable: "int (uint16_t port_id, uint16_t queue_id)",
  rte_eth_dev_rx_intr_ctl: "int (uint16_t port_id, int epfd, int op, void *data)",
  rte_eth_dev_rx_intr_ctl_q:
    "int (uint16_t port_id, uint16_t queue_id, int epfd, int op, void *data)",
  rte_eth_dev_rx_intr_ctl_q_get_fd: "int (uint16_t port_id, uint16_t queue_id)",
} as const;

/** rte_dev.h, rte_bus.h. */
export const devSymbols = {
  rte_dev_probe: "int (const char *devargs)",
  rte_dev_remove: "int (struct rte_device *dev)",
  rte_eal_hotplug_add: "int (const char *busname, const char *devname, const char *drvargs)",
  rte_eal_hotplug_remove: "int (const char *busname, const char *devname)",
  rte_dev_name: "const char * (const struct rte_device *dev)",
  rte_dev_numa_node: "int (const struct rte_device *dev)",
  rte_dev_is_probed: "int (const struct rte_device *dev)",
  rte_dev_bus: "const struct rte_bus * (const struct rte_device *dev)",
  rte_dev_bus_info: "const char * (const struct rte_device *dev)",
  rte_dev_driver: "const struct rte_driver * (const struct rte_device *dev)",
  rte_driver_name: "const char * (const struct rte_driver *driver)",
  rte_bus_name: "const char * (const struct rte_bus *bus)",
  rte_bus_find_by_name: "struct rte_bus * (const char *busname)",
} as const;
