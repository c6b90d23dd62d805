/*
 * Types of every kind that a struct may have, for who reads the debug information. Prints each size,
 * alignment and offset: "NAME SIZE ALIGN", and "NAME.FIELD OFFSET SIZE".
 */
#include <stdalign.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/types.h>

enum color { RED, GREEN = 5 };
enum level { LOW = -1, HIGH = 1 };
enum __attribute__((packed)) tiny { ONE = 1, TWO };
typedef uint32_t be32;
typedef char label_t[10];
typedef struct { int16_t x, y; } point_t;
typedef struct pair { point_t from, to; } pair_t;
union number {
	uint32_t u;
	float f;
	uint8_t bytes[6];
};
struct header {
	uint8_t kind;
	uint64_t length;
	be32 sum;
} __attribute__((packed));
struct padded {
	uint8_t kind;
	uint32_t sum __attribute__((aligned(2)));
	uint64_t length;
} __attribute__((packed, aligned(4)));
struct line {
	uint32_t head;
	alignas(64) uint32_t tail;
};
struct cached {
	alignas(64) uint8_t only;
};
struct node;
struct all {
	enum color color;
	enum level level;
	enum tiny tiny;
	const volatile be32 sum;
	label_t label;
	label_t labels[2];
	point_t point;
	pair_t pairs[3];
	struct node *node;
	const char *const *names;
	int (*call)(int);
	void *any[2];
	union number number;
	union {
		uint64_t whole;
		struct {
			uint16_t low;
			union number inner;
		};
		struct {
			bool on;
		} named;
	};
	struct {
		int8_t a;
		long b;
	} list[2];
	point_t grid[2][3];
	long double wide;
	struct header header;
	struct padded padded;
	struct line line;
	struct cached cached;
	size_t size;
	ssize_t left;
	unsigned char mac[6];
	short int s;
	unsigned long long int ull;
	double table[2][2];
	unsigned __int128 huge;
};
struct bits {
	int before;
	unsigned int flag : 3;
};
struct holds_bits {
	struct bits bits;
};
struct tailed {
	uint32_t length;
	uint64_t data[];
};

static struct all all;
static struct holds_bits holds_bits;
static struct tailed tailed;
static struct node *unknown;

#define TYPE(type) printf("%s %zu %zu\n", #type, sizeof(type), alignof(type))
#define FIELD(type, field) \
	printf("%s.%s %zu %zu\n", #type, #field, offsetof(type, field), sizeof(((type *)0)->field))

int main(void)
{
	TYPE(struct all);
	FIELD(struct all, color);
	FIELD(struct all, level);
	FIELD(struct all, tiny);
	FIELD(struct all, sum);
	FIELD(struct all, label);
	FIELD(struct all, labels);
	FIELD(struct all, point);
	FIELD(struct all, pairs);
	FIELD(struct all, node);
	FIELD(struct all, names);
	FIELD(struct all, call);
	FIELD(struct all, any);
	FIELD(struct all, number);
	FIELD(struct all, list);
	FIELD(struct all, grid);
	FIELD(struct all, wide);
	FIELD(struct all, header);
	FIELD(struct all, padded);
	FIELD(struct all, line);
	FIELD(struct all, cached);
	FIELD(struct all, size);
	FIELD(struct all, left);
	FIELD(struct all, mac);
	FIELD(struct all, s);
	FIELD(struct all, ull);
	FIELD(struct all, table);
	FIELD(struct all, huge);
	TYPE(union number);
	FIELD(union number, u);
	FIELD(union number, f);
	FIELD(union number, bytes);
	TYPE(struct header);
	FIELD(struct header, kind);
	FIELD(struct header, length);
	FIELD(struct header, sum);
	TYPE(struct padded);
	FIELD(struct padded, kind);
	FIELD(struct padded, sum);
	FIELD(struct padded, length);
	TYPE(struct line);
	FIELD(struct line, head);
	FIELD(struct line, tail);
	TYPE(struct cached);
	FIELD(struct cached, only);
	TYPE(pair_t);
	FIELD(pair_t, from);
	FIELD(pair_t, to);
	TYPE(point_t);
	FIELD(point_t, x);
	FIELD(point_t, y);
	TYPE(struct tailed);
	FIELD(struct tailed, length);
	return (int)(all.size + tailed.length + (size_t)unknown) + holds_bits.bits.before;
}
