/*
 * Looks at mbufs and their pools as C does, and works on them. An ADDR is hexadecimal; NAME=VALUE pairs
 * are in decimal, but for addresses and ol_flags. What fails is answered with "none" and why.
 *   pool NAME N CACHE PRIV ROOM OPS|-   makes a pool, and tells of it as `priv` does
 *   priv POOL                           its private area and its counts
 *   objects POOL                        the addresses of all its mbufs, as the pool has them
 *   avail POOL                          how many mbufs are free
 *   flush POOL                          empties the lcore's cache of it
 *   free-pool POOL
 *   look ADDR                           all fields
 *   set ADDR FIELD VALUE                writes a field (as C names it)
 *   rooms ADDR                          headroom, tailroom and whether contiguous, direct, cloned, attached
 *   bytes ADDR OFF LEN                  hex, across segments
 *   write ADDR OFF HEX                  into the first segment's data
 *   private ADDR [HEX]                  the private area in hex, after HEX was written into it
 *   dump ADDR LEN                       what rte_pktmbuf_dump prints
 *   swapmacs ADDR                       exchanges its Ethernet addresses
 *   alloc POOL N                        addresses
 *   free ADDR...                        with their chains
 *   reset ADDR
 *   append|prepend|adj|trim ADDR N      the address (adj: also of the data), or 0
 *   clone ADDR POOL, copy ADDR POOL OFF LEN, attach A B, detach A, chain A B, linearize ADDR
 *   refcnt ADDR DELTA                   the count then
 *   check ADDR                          "0", or rte_mbuf_check's result and reason
 *   flagnames HEX rx|tx, ptype HEX      names
 *   dynfield NAME SIZE ALIGN, dynflag NAME    registers, or finds: the offset, the bit
 *   dynfield NAME, dynflag NAME         finds only
 * See dialog.h.
 */
#define WORDS 256
#include "dialog.h"

#include <inttypes.h>
#include <stddef.h>

#include <rte_ether.h>
#include <rte_lcore.h>
#include <rte_mbuf.h>
#include <rte_mbuf_dyn.h>
#include <rte_mempool.h>

#define FIELD(name) {#name, offsetof(struct rte_mbuf, name), sizeof(((struct rte_mbuf *)0)->name)}

static const struct {
	const char *name;
	size_t offset;
	size_t size;
} fields[] = {
	FIELD(buf_addr), FIELD(data_off), FIELD(refcnt), FIELD(nb_segs), FIELD(port), FIELD(ol_flags),
	FIELD(packet_type), FIELD(pkt_len), FIELD(data_len), FIELD(vlan_tci), FIELD(hash.rss),
	FIELD(vlan_tci_outer), FIELD(buf_len), FIELD(pool), FIELD(next), FIELD(tx_offload),
	FIELD(shinfo), FIELD(priv_size), FIELD(timesync),
};

static unsigned long address(const void *p)
{
	return (unsigned long)(uintptr_t)p;
}

static void none(const char *why)
{
	printf("none %s\n", why);
}

static void print_address(const void *p)
{
	if (p == NULL)
		none(rte_strerror(rte_errno));
	else
		printf("%lx\n", address(p));
}

static void print_pool(struct rte_mempool *mp)
{
	const struct rte_pktmbuf_pool_private *priv = rte_mempool_get_priv(mp);

	printf("name=%s mbuf_data_room_size=%u mbuf_priv_size=%u flags=%u size=%u cache_size=%u "
	       "elt_size=%u header_size=%u trailer_size=%u private_data_size=%u ops=%s avail=%u "
	       "room=%u priv=%u\n", mp->name, priv->mbuf_data_room_size, priv->mbuf_priv_size,
	       priv->flags, mp->size, mp->cache_size, mp->elt_size, mp->header_size,
	       mp->trailer_size, mp->private_data_size, rte_mempool_get_ops(mp->ops_index)->name,
	       rte_mempool_avail_count(mp), rte_pktmbuf_data_room_size(mp),
	       rte_pktmbuf_priv_size(mp));
}

static void print_object(struct rte_mempool *mp, void *arg, void *object, unsigned int index)
{
	(void)mp;
	(void)arg;
	(void)index;
	printf("%lx\n", address(object));
}

static void look(const struct rte_mbuf *m)
{
	printf("buf_addr=%lx data_off=%u refcnt=%u nb_segs=%u port=%u ol_flags=%" PRIx64
	       " packet_type=%u pkt_len=%u data_len=%u vlan_tci=%u hash.rss=%u vlan_tci_outer=%u "
	       "buf_len=%u pool=%lx next=%lx tx_offload=%" PRIu64 " l2_len=%u l3_len=%u l4_len=%u "
	       "tso_segsz=%u outer_l3_len=%u outer_l2_len=%u shinfo=%lx priv_size=%u timesync=%u "
	       "iova=%" PRIx64 "\n", address(m->buf_addr), m->data_off, rte_mbuf_refcnt_read(m),
	       m->nb_segs, m->port, m->ol_flags, m->packet_type, m->pkt_len, m->data_len,
	       m->vlan_tci, m->hash.rss, m->vlan_tci_outer, m->buf_len, address(m->pool),
	       address(m->next), (uint64_t)m->tx_offload, (unsigned int)m->l2_len,
	       (unsigned int)m->l3_len, (unsigned int)m->l4_len, (unsigned int)m->tso_segsz,
	       (unsigned int)m->outer_l3_len, (unsigned int)m->outer_l2_len, address(m->shinfo),
	       m->priv_size, m->timesync, (uint64_t)rte_mbuf_data_iova(m) - m->data_off);
}

static void set(struct rte_mbuf *m, const char *name, const char *text)
{
	const uint64_t value = strtoull(text, NULL, 0);

	for (size_t i = 0; i < RTE_DIM(fields); i++) {
		if (is(name, fields[i].name)) {
			/* Little endian: the low bytes come first. */
			memcpy((char *)m + fields[i].offset, &value, fields[i].size);
			return;
		}
	}
	none("such field");
}

static void print_rooms(const struct rte_mbuf *m)
{
	printf("headroom=%u tailroom=%u contiguous=%d direct=%d cloned=%d extbuf=%d\n",
	       rte_pktmbuf_headroom(m), rte_pktmbuf_tailroom(m), rte_pktmbuf_is_contiguous(m),
	       RTE_MBUF_DIRECT(m), RTE_MBUF_CLONED(m) != 0, RTE_MBUF_HAS_EXTBUF(m) != 0);
}

static void print_bytes(const struct rte_mbuf *m, uint32_t offset, uint32_t length)
{
	unsigned char *copy = malloc(length + 1);
	const unsigned char *data = rte_pktmbuf_read(m, offset, length, copy);

	if (data == NULL)
		none("so many bytes");
	for (uint32_t i = 0; data != NULL && i < length; i++)
		printf("%02x", data[i]);
	if (data != NULL)
		putchar('\n');
	free(copy);
}

static void write_bytes(unsigned char *to, const char *hex)
{
	for (; hex[0] != '\0' && hex[1] != '\0' && sscanf(hex, "%2hhx", to) == 1; hex += 2)
		to++;
}

static void print_private(struct rte_mbuf *m)
{
	const unsigned char *data = rte_mbuf_to_priv(m);

	for (uint16_t i = 0; i < m->priv_size; i++)
		printf("%02x", data[i]);
	putchar('\n');
}

/* Commands about a pool; false when it is none of those. */
static int answer_pool(int n, char **word)
{
	static const char *const commands[] = {"priv", "objects", "avail", "flush", "free-pool", "alloc"};
	struct rte_mbuf *many[WORDS];
	struct rte_mempool_cache *cache;
	struct rte_mempool *mp;
	size_t which = 0;

	while (which < RTE_DIM(commands) && !is(word[0], commands[which]))
		which++;
	if (which == RTE_DIM(commands) || n < 2)
		return 0;
	mp = rte_mempool_lookup(word[1]);
	if (mp == NULL) {
		none(rte_strerror(rte_errno));
		return 1;
	}
	switch (which) {
	case 0:
		print_pool(mp);
		break;
	case 1:
		rte_mempool_obj_iter(mp, print_object, NULL);
		break;
	case 2:
		printf("%u\n", rte_mempool_avail_count(mp));
		break;
	case 3:
		cache = rte_mempool_default_cache(mp, rte_lcore_id());
		if (cache != NULL)
			rte_mempool_cache_flush(cache, mp);
		break;
	case 4:
		rte_mempool_free(mp);
		break;
	default:
		n = n > 2 ? RTE_MIN(number(word[2]), (unsigned long)WORDS) : 1;
		if (rte_pktmbuf_alloc_bulk(mp, many, n) < 0) {
			none("so many mbufs");
			break;
		}
		for (int i = 0; i < n; i++)
			printf("%lx\n", address(many[i]));
	}
	return 1;
}

/* Commands about names and numbers; false when it is none of those. */
static int answer_names(int n, char **word)
{
	char names[1024] = "";
	int result;

	if (is(word[0], "flagnames") && n > 2) {
		const uint64_t mask = strtoull(word[1], NULL, 16);

		result = is(word[2], "rx") ?
			rte_get_rx_ol_flag_list(mask, names, sizeof(names)) :
			rte_get_tx_ol_flag_list(mask, names, sizeof(names));
		puts(result < 0 ? "none" : names);
	} else if (is(word[0], "ptype") && n > 1) {
		result = rte_get_ptype_name(strtoul(word[1], NULL, 16), names, sizeof(names));
		puts(result < 0 ? "none" : names);
	} else if (is(word[0], "dynfield") && n > 1) {
		struct rte_mbuf_dynfield field = {0};

		snprintf(field.name, sizeof(field.name), "%s", word[1]);
		field.size = n > 3 ? number(word[2]) : 0;
		field.align = n > 3 ? number(word[3]) : 0;
		result = n > 3 ? rte_mbuf_dynfield_register(&field) :
			rte_mbuf_dynfield_lookup(word[1], &field);
		if (result < 0)
			none(rte_strerror(rte_errno));
		else
			printf("%d size %zu align %zu flags %u\n", result, field.size, field.align,
			       field.flags);
	} else if (is(word[0], "dynflag") && n > 1) {
		struct rte_mbuf_dynflag flag = {0};

		snprintf(flag.name, sizeof(flag.name), "%s", word[1]);
		result = n > 2 ? rte_mbuf_dynflag_register(&flag) :
			rte_mbuf_dynflag_lookup(word[1], &flag);
		if (result < 0)
			none(rte_strerror(rte_errno));
		else
			printf("%d\n", result);
	} else {
		return 0;
	}
	return 1;
}

static void make_pool(char **word)
{
	const unsigned int count = number(word[2]), cache = number(word[3]);
	const uint16_t priv = number(word[4]), room = number(word[5]);
	struct rte_mempool *mp = is(word[6], "-") ?
		rte_pktmbuf_pool_create(word[1], count, cache, priv, room, SOCKET_ID_ANY) :
		rte_pktmbuf_pool_create_by_ops(word[1], count, cache, priv, room, SOCKET_ID_ANY,
					       word[6]);

	if (mp == NULL)
		none(rte_strerror(rte_errno));
	else
		print_pool(mp);
}

static void swap_macs(struct rte_ether_hdr *head)
{
	struct rte_ether_addr dst;

	rte_ether_addr_copy(&head->dst_addr, &dst);
	rte_ether_addr_copy(&head->src_addr, &head->dst_addr);
	rte_ether_addr_copy(&dst, &head->src_addr);
}

static void answer(int n, char **word)
{
	struct rte_mbuf *m, *other;
	const char *reason = "";
	unsigned long amount;
	int result;

	if (is(word[0], "pool") && n == 7) {
		make_pool(word);
		return;
	}
	if (answer_pool(n, word) || answer_names(n, word))
		return;
	m = n > 1 ? (struct rte_mbuf *)(uintptr_t)strtoull(word[1], NULL, 16) : NULL;
	other = n > 2 ? (struct rte_mbuf *)(uintptr_t)strtoull(word[2], NULL, 16) : NULL;
	amount = n > 2 ? number(word[2]) : 0;
	if (m == NULL)
		none("such command, or no address");
	else if (is(word[0], "look"))
		look(m);
	else if (is(word[0], "set") && n > 3)
		set(m, word[2], word[3]);
	else if (is(word[0], "rooms"))
		print_rooms(m);
	else if (is(word[0], "bytes") && n > 3)
		print_bytes(m, amount, number(word[3]));
	else if (is(word[0], "write") && n > 3)
		write_bytes(rte_pktmbuf_mtod_offset(m, unsigned char *, amount), word[3]);
	else if (is(word[0], "private")) {
		if (n > 2)
			write_bytes(rte_mbuf_to_priv(m), word[2]);
		print_private(m);
	} else if (is(word[0], "dump") && n > 2)
		rte_pktmbuf_dump(stdout, m, amount);
	else if (is(word[0], "swapmacs"))
		swap_macs(rte_pktmbuf_mtod(m, struct rte_ether_hdr *));
	else if (is(word[0], "free"))
		for (int i = 1; i < n; i++)
			rte_pktmbuf_free((struct rte_mbuf *)(uintptr_t)strtoull(word[i], NULL, 16));
	else if (is(word[0], "reset"))
		rte_pktmbuf_reset(m);
	else if (is(word[0], "append"))
		printf("%lx\n", address(rte_pktmbuf_append(m, amount)));
	else if (is(word[0], "prepend"))
		printf("%lx\n", address(rte_pktmbuf_prepend(m, amount)));
	else if (is(word[0], "adj"))
		printf("%lx\n", address(rte_pktmbuf_adj(m, amount)));
	else if (is(word[0], "trim"))
		printf("%d\n", rte_pktmbuf_trim(m, amount));
	else if (is(word[0], "clone") && n > 2)
		print_address(rte_pktmbuf_clone(m, rte_mempool_lookup(word[2])));
	else if (is(word[0], "copy") && n > 4)
		print_address(rte_pktmbuf_copy(m, rte_mempool_lookup(word[2]), number(word[3]),
					       number(word[4])));
	else if (is(word[0], "attach") && other != NULL)
		rte_pktmbuf_attach(m, other);
	else if (is(word[0], "detach"))
		rte_pktmbuf_detach(m);
	else if (is(word[0], "chain") && other != NULL)
		printf("%d\n", rte_pktmbuf_chain(m, other));
	else if (is(word[0], "linearize"))
		printf("%d\n", rte_pktmbuf_linearize(m));
	else if (is(word[0], "refcnt"))
		printf("%u\n", rte_mbuf_refcnt_update(m, n > 2 ? atoi(word[2]) : 0));
	else if (is(word[0], "check")) {
		result = rte_mbuf_check(m, 1, &reason);
		printf("%d%s%s\n", result, result == 0 ? "" : " ", result == 0 ? "" : reason);
	} else
		none("such command");
}
