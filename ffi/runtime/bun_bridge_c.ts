/**
 * The C of the bridge on Bun, as text. It includes nothing: there may be no headers on the host.
 *
 * @module
 */

import { type Piece, RECORD } from "./bridge.ts";
import type { Native, Signature } from "./prototype.ts";

/** How a value of the table in prototype.ts is written in C. */
const C_TYPES: Record<Native, string> = {
  i8: "signed char",
  u8: "unsigned char",
  i16: "short",
  u16: "unsigned short",
  i32: "int",
  u32: "unsigned int",
  i64: "long",
  u64: "unsigned long",
  size: "unsigned long",
  ssize: "long",
  f32: "float",
  f64: "double",
  bool: "_Bool",
  void: "void",
  pointer: "const char *",
  string: "const char *",
};

/** The queue: one for the process. `malloc` is TinyCC's, and only its own `free` may free. */
export const QUEUE = `
void *malloc(unsigned long size);
void free(void *memory);
int pthread_mutex_lock(void *mutex);
int pthread_mutex_unlock(void *mutex);
long write(int fd, const void *bytes, unsigned long count);

struct record { struct record *next; unsigned int source, size, descriptors; };

static long mutex[16]; /* a pthread_mutex_t: PTHREAD_MUTEX_INITIALIZER is all zeros */
static struct record *first, *last;
static unsigned int count, lost, held, most_held;
static int wake_fd;

static void *make(unsigned long size) { return malloc(size); }

static int put(struct record *record, unsigned int most)
{
  int first_one = 0, fits;

  pthread_mutex_lock(mutex);
  fits = record && count < most;
  if (fits && record->descriptors) fits = held + record->descriptors <= most_held;
  if (fits) {
    held += record->descriptors;
    record->next = 0;
    first_one = count == 0;
    if (first_one) first = record; else last->next = record;
    last = record;
    count++;
  } else lost++;
  pthread_mutex_unlock(mutex);
  if (!fits) free(record);
  else if (first_one) write(wake_fd, "", 1);
  return fits;
}

struct record *take(void)
{
  struct record *record = 0;

  pthread_mutex_lock(mutex);
  if (count) {
    record = first;
    first = record->next;
    count--;
    held -= record->descriptors;
  }
  pthread_mutex_unlock(mutex);
  return record;
}

void give_back(struct record *record) { free(record); }
void set_up(int fd, unsigned int descriptors) { wake_fd = fd; most_held = descriptors; }
unsigned int waiting(void) { return count; }
unsigned int dropped(void) { return lost; }
void *make_address(void) { return make; }
void *put_address(void) { return put; }
`;

/** What the queue exports. */
export const QUEUE_SYMBOLS = {
  take: { args: [], returns: "ptr" },
  give_back: { args: ["ptr"], returns: "void" },
  set_up: { args: ["i32", "u32"], returns: "void" },
  waiting: { args: [], returns: "u32" },
  dropped: { args: [], returns: "u32" },
  make_address: { args: [], returns: "ptr" },
  put_address: { args: [], returns: "ptr" },
} as const;

/** How many bytes a piece has, and where they are, in C. */
interface PieceText {
  readonly before: string;
  readonly length: string;
  readonly from: string;
}

function pieceText(piece: Piece): PieceText {
  const arg = `a${piece.arg}`;
  if (piece.take === "value") {
    return { before: `long v = (long)${arg};`, length: "8", from: "&v" };
  }
  if (piece.take === "bytes") {
    return { before: "", length: `${arg} ? ${piece.length} : 0`, from: `${arg} + ${piece.at}` };
  }
  if (piece.take === "string") {
    return { before: "", length: `${arg} ? text_length(${arg}, ${piece.max}) : 0`, from: arg };
  }
  const { at, countAt, stride, max } = piece;
  const elements = piece.indirect ? `*(const char **)(${arg} + ${at})` : `${arg} + ${at}`;
  return {
    before: `int n = ${arg} && ${elements} ? *(const int *)(${arg} + ${countAt}) : 0;
  if (n < 0) n = 0;
  if (n > ${max}) n = ${max};`,
    length: `(unsigned long)n * ${stride}`,
    from: elements,
  };
}

/** Goes through the descriptors of a piece, in C: `visit` names a function of an array and a count. */
function visitText(piece: Piece, { before, from }: PieceText, visit: string): string {
  if (piece.take !== "array" || piece.descriptors === undefined) return "";
  if (piece.descriptors === true) return `{ ${before} ${visit}((const int *)(${from}), n); }`;
  const { at, countAt, max } = piece.descriptors;
  return `{
    ${before}
    for (const char *e = ${from}; n-- > 0; e += ${piece.stride}) {
      int count = *(const int *)(e + ${countAt});
      ${visit}((const int *)(e + ${at}), count > ${max} ? ${max} : count);
    }
  }`;
}

/** A callback in C: copies its pieces into a record and puts that into the queue. */
export function functionText(
  { parameters, result }: Signature,
  pieces: readonly Piece[],
  queue: { source: number; make: number; put: number; most: number },
): string {
  const types = parameters.map((native) => C_TYPES[native]);
  const list = types.map((type, i) => `${type} a${i}`).join(", ") || "void";
  const texts = pieces.map((piece) => pieceText(piece));
  const lengths = texts.map(({ before, length }, i) => `  { ${before} l[${i}] = ${length}; }`);
  const copies = texts.map(({ before, from }, i) =>
    `    { ${before} at = part(at, ${from}, l[${i}]); }`
  );
  const visits = (visit: string) => pieces.map((piece, i) => visitText(piece, texts[i]!, visit));
  return `
int close(int fd);
void *memcpy(void *to, const void *from, unsigned long length);

static unsigned long text_length(const char *text, unsigned long most)
{
  unsigned long n = 0;

  while (n < most && text[n]) n++;
  return n;
}

static void close_all(const int *fd, int n)
{
  while (n-- > 0) close(fd[n]);
}

#define COUNT(fd, n) if ((n) > 0) descriptors += (n)

static char *part(char *to, const void *from, unsigned long length)
{
  *(unsigned long *)to = length;
  memcpy(to + 8, from, length);
  return to + 8 + ((length + 7) & ~7ul);
}

static ${C_TYPES[result]} called(${list})
{
  unsigned long l[${Math.max(1, pieces.length)}], size = ${RECORD.pieces}, i;
  unsigned int descriptors = 0;
  char *record, *at;

${lengths.join("\n")}
  for (i = 0; i < ${pieces.length}; i++) size += 8 + ((l[i] + 7) & ~7ul);
  record = ((char *(*)(unsigned long))${queue.make}ul)(size);
  if (record) {
    *(unsigned int *)(record + ${RECORD.source}) = ${queue.source};
    *(unsigned int *)(record + ${RECORD.size}) = size;
${visits("COUNT").join("\n")}
    *(unsigned int *)(record + ${RECORD.descriptors}) = descriptors;
    at = record + ${RECORD.pieces};
${copies.join("\n")}
  }
  if (!((int (*)(void *, unsigned int))${queue.put}ul)(record, ${queue.most})) {
${visits("close_all").join("\n")}
  }
  ${result === "void" ? "" : "return 0;"}
}

void *address(void) { return called; }
`;
}

/** C that calls a function on a thread of a pool, and puts its result into the queue. */
export function asideText(
  { parameters }: Signature,
  queue: { source: number; make: number; put: number; address: number },
): string {
  const n = parameters.length;
  const each = (text: (i: number) => string) => Array.from({ length: n }, (_, i) => text(i));
  return `
void *malloc(unsigned long size);
void free(void *memory);
int pthread_mutex_lock(void *mutex);
int pthread_mutex_unlock(void *mutex);
int pthread_cond_wait(void *cond, void *mutex);
int pthread_cond_signal(void *cond);
int pthread_create(unsigned long *thread, const void *attr, void *(*run)(void *), void *arg);
int pthread_detach(unsigned long thread);

struct job { struct job *next; void *a[${n + 1}]; unsigned long number; };

static long mutex[16], cond[16]; /* PTHREAD_..._INITIALIZER are all zeros */
static struct job *first, *last;
static unsigned int queued, idle;

static struct job *take(void)
{
  struct job *job;

  pthread_mutex_lock(mutex);
  idle++;
  while (!queued) pthread_cond_wait(cond, mutex);
  idle--;
  job = first;
  first = job->next;
  queued--;
  pthread_mutex_unlock(mutex);
  return job;
}

/* A thread of the pool: it stays for later calls. */
static void *work(void *unused)
{
  for (;;) {
    struct job *job = take();
    int result = ((int (*)(${each(() => "void *").join(", ")}))${queue.address}ul)(
      ${each((i) => `job->a[${i}]`).join(", ")});
    char *record = ((char *(*)(unsigned long))${queue.make}ul)(${RECORD.pieces + 32});

    if (record) {
      unsigned long *piece = (unsigned long *)(record + ${RECORD.pieces});

      *(unsigned int *)(record + ${RECORD.source}) = ${queue.source};
      *(unsigned int *)(record + ${RECORD.size}) = ${RECORD.pieces + 32};
      *(unsigned int *)(record + ${RECORD.descriptors}) = 0;
      piece[0] = piece[2] = 8;
      piece[1] = job->number;
      piece[3] = (unsigned long)(long)result;
    }
    ((int (*)(void *, unsigned int))${queue.put}ul)(record, ~0u);
    free(job);
  }
  return unused;
}

int start(${each((i) => `void *a${i}, `).join("")}unsigned int number)
{
  struct job *job = malloc(sizeof(*job));
  unsigned long thread;
  int status = 0, enough;

  if (!job) return 12;
  job->next = 0;
  ${each((i) => `job->a[${i}] = a${i};`).join("\n  ")}
  job->number = number;
  pthread_mutex_lock(mutex);
  enough = idle > queued;
  if (!enough) status = pthread_create(&thread, 0, work, 0);
  if (status == 0) {
    if (queued++) last->next = job; else first = job;
    last = job;
    pthread_cond_signal(cond);
  }
  pthread_mutex_unlock(mutex);
  if (status) free(job); else if (!enough) pthread_detach(thread);
  return status;
}
`;
}
