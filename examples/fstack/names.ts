/**
 * The names by which the processes of a share-nothing stack find each other's rings and pools, and how
 * large their rings are: those of F-Stack's C programs.
 *
 * @module
 */

/** Slots of the rings between processes, dispatch and kernel alike. */
export const RING_SIZE = 2048;

/** The ring in which a process finds what others received of a port and left to its queue. */
export const dispatchRing = (port: number, queue: number): string =>
  `dispatch_ring_p${port}_q${queue}`;

/** The ring in which the primary finds what is for the kernel of the packets of a port. */
export const kniRing = (port: number): string => `kni_ring_${port}`;

/** The pool of packets of a NUMA socket. */
export const mbufPool = (socket: number): string => `mbuf_pool_${socket}`;

/** The memzone that says which process has an id; of this library's processes only. */
export const seat = (id: number): string => `ff_process_seat_${id}`;

/** The memzone that DPDK keeps a ring in: `RTE_RING_MZ_FORMAT`. */
export const ringZone = (ring: string): string => `RG_${ring}`;

/** The virtio device by which the kernel gets what is for it of a port. */
export const virtioUser = (port: number): string => `virtio_user${port}`;

/** The tap that does the same on a host without vhost-net. */
export const kernelTap = (port: number): string => `net_tap_kni${port}`;

/** The kernel's network interface at the other end of either. */
export const kernelInterface = (port: number): string => `veth${port}`;
