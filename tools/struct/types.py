# Runs inside gdb: prints what a program's debug information says of one type and of all those that
# it is made of, or which structs and unions there are. The program itself is not run.
#
# Asked by the variable DPDK_TS_TYPE, the type's name; empty for the list. Answers with one line of
# JSON after a line "answer:".

import json
import os
import re

import gdb

RECORDS = {gdb.TYPE_CODE_STRUCT: "struct", gdb.TYPE_CODE_UNION: "union"}


class Reader:
    """Collects records, those within others first; a record is known by its place in the list."""

    def __init__(self):
        self.records = []
        self.places = {}

    def record(self, t, names):
        kind = RECORDS[t.code]
        name = "%s %s" % (kind, t.tag) if t.tag else names[-1] if names else None
        if name is not None and name in self.places:
            return self.places[name]
        if not t.fields():
            raise ValueError("%s has no fields there" % (name or kind))
        record = {
            "kind": kind,
            "name": name,
            "size": t.sizeof,
            "align": t.alignof,
            "fields": [self.field(f, name or kind) for f in t.fields()],
        }
        self.records.append(record)
        if name is not None:
            self.places[name] = len(self.records) - 1
        return len(self.records) - 1

    def field(self, f, of):
        if not hasattr(f, "bitpos") or f.is_base_class:
            raise ValueError("%s is no C struct: %s is no field" % (of, f.name))
        return {
            "name": f.name or None,
            "offset": f.bitpos // 8,
            "bits": f.bitsize,
            "type": self.type(f.type),
        }

    def type(self, t):
        names = []
        t = t.unqualified()
        while t.code == gdb.TYPE_CODE_TYPEDEF:
            names.append(t.name)
            t = t.target().unqualified()
        if t.code in RECORDS:
            return {"is": "record", "at": self.record(t, names)}
        if t.code == gdb.TYPE_CODE_ARRAY and "vector_size" not in str(t):
            # One without a length has no bytes, whatever its range is said to be.
            low, high = t.range()
            length = high - low + 1 if t.sizeof > 0 else 0
            return {"is": "array", "length": length, "of": self.type(t.target())}
        known = {"size": t.sizeof, "names": names + [str(t)]}
        if t.code == gdb.TYPE_CODE_PTR:
            return dict(known, **{"is": "pointer"})
        if t.code == gdb.TYPE_CODE_ENUM:
            values = {f.name: f.enumval for f in t.fields()}
            return dict(known, **{"is": "enum", "values": values})
        whole = (gdb.TYPE_CODE_INT, gdb.TYPE_CODE_CHAR, gdb.TYPE_CODE_BOOL)
        # Not every release of gdb computes with integers of more than 8 bytes.
        if t.code in whole and t.sizeof <= 8:
            # A type that is filled with ones is negative, or it has no sign.
            ones = gdb.Value(b"\xff" * t.sizeof, t)
            return dict(known, **{"is": "integer", "signed": int(ones) < 0})
        return dict(known, **{"is": "other"})


def listing():
    text = gdb.execute("info types", to_string=True)
    found = re.findall(r"(?:^|\s)((?:struct|union) \w+);", text)
    found += re.findall(r"typedef (?:struct|union) \{\.\.\.\} (\w+);", text)
    return sorted(set(found))


def has_debug_information():
    try:
        gdb.execute("info sources ^$", to_string=True)
    except gdb.error:
        return False
    return True


def answer():
    name = os.environ["DPDK_TS_TYPE"]
    if not gdb.objfiles():
        return {"error": "it is no program and no object file"}
    if not has_debug_information():
        return {"error": "it has no debug information; compile it with -g"}
    if name == "":
        names = listing()
        if not names:
            return {"error": "no struct and no union has a name in its debug information"}
        return {"names": names}
    try:
        t = gdb.lookup_type(name)
    except gdb.error:
        return {"error": "there is no %s in its debug information" % name, "missing": True}
    names = []
    while t.code == gdb.TYPE_CODE_TYPEDEF:
        names.append(t.name)
        t = t.target()
    if t.code not in RECORDS:
        return {"error": "%s is no struct and no union there" % name}
    reader = Reader()
    try:
        reader.record(t, names)
    except ValueError as error:
        return {"error": str(error)}
    return {"records": reader.records}


print("answer:\n" + json.dumps(answer()))
