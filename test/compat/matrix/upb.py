"""The judge: what the official Python runtime (upb) makes of data that crosses from one version of a schema to the other.

Usage: python upb.py BEFORE AFTER SAMPLES
       python upb.py BEFORE AFTER replay

The first two are descriptor sets of all cases, SAMPLES is the number of random messages of each type. Standard input is a
JSON object { case id: [file, ...] }. Standard output is one JSON object: for each case the surfaces and directions on which a
value goes wrong, each with the value; and the samples that were written, for another judge.

With replay, standard input is a JSON list of [direction, writer ("previous" or "next"), its type in each, bytes in hexadecimal], and standard output a list of what goes wrong with each, or null.
"""

import itertools
import json
import random
import struct
import sys

from google.protobuf import descriptor_pb2, descriptor_pool, json_format, message_factory
from google.protobuf.descriptor import EnumDescriptor, FieldDescriptor as F
from google.protobuf.message import DecodeError
from varint import read_varint, varint


RANDOM_SAMPLES = 0 if sys.argv[3] == "replay" else int(sys.argv[3])
INTEGERS = [1, 2, 0, -1, 127, 128, 1 << 31, (1 << 31) - 1, -(1 << 31), 1 << 32, (1 << 32) - 1, 1 << 40, 1 << 53, (1 << 53) + 1,
            (1 << 63) - 1, -(1 << 63), (1 << 64) - 1]
RANGES = {
    F.TYPE_INT32: (-(1 << 31), (1 << 31) - 1), F.TYPE_SINT32: (-(1 << 31), (1 << 31) - 1),
    F.TYPE_SFIXED32: (-(1 << 31), (1 << 31) - 1), F.TYPE_UINT32: (0, (1 << 32) - 1), F.TYPE_FIXED32: (0, (1 << 32) - 1),
    F.TYPE_INT64: (-(1 << 63), (1 << 63) - 1), F.TYPE_SINT64: (-(1 << 63), (1 << 63) - 1),
    F.TYPE_SFIXED64: (-(1 << 63), (1 << 63) - 1), F.TYPE_UINT64: (0, (1 << 64) - 1), F.TYPE_FIXED64: (0, (1 << 64) - 1),
}
FLOATS = [1.0, 0.5, -1.0, 2.0, 100.0, 1e10, float("inf"), float("nan")]
NOT_UTF8 = b"\xff\xfe"
STRINGS = [b"a", b"1", b"true", "é".encode(), NOT_UTF8, b""]
BLOBS = [b"a", b"\xff\xfe", b"\x08\x01", b"\x00", b""]


def main():
    before, after = (Side(path) for path in sys.argv[1:3])
    if sys.argv[3] == "replay":
        json.dump([replay(witness, before, after) for witness in json.load(sys.stdin)], sys.stdout)
        return
    cases = json.load(sys.stdin)
    verdicts, samples = {}, {}
    for case, files in cases.items():
        verdicts[case], samples[case] = judge(case, files, before, after)
    json.dump({"verdicts": verdicts, "samples": samples}, sys.stdout)


class Side:
    """One version of all schemas."""

    def __init__(self, path):
        with open(path, "rb") as file:
            self.files = descriptor_pb2.FileDescriptorSet.FromString(file.read()).file
        self.pool = descriptor_pool.DescriptorPool()
        for file in self.files:
            self.pool.Add(file)
        self.protos = {file.name: file for file in self.files}

    def messages(self, file):
        """The messages of a file by their name without the package."""
        found = {}

        def visit(descriptor, prefix):
            name = prefix + descriptor.name
            if not descriptor.GetOptions().map_entry:
                found[name] = descriptor
            for nested in descriptor.nested_types:
                visit(nested, name + ".")

        if file in self.protos:
            for descriptor in self.pool.FindFileByName(file).message_types_by_name.values():
                visit(descriptor, "")
        return found

    def services(self, file):
        return self.pool.FindFileByName(file).services_by_name.values() if file in self.protos else []

    def fields(self, descriptor):
        """Fields and extensions, by name."""
        extensions = self.pool.FindAllExtensions(descriptor)
        return {**{f.name: f for f in descriptor.fields}, **{f"[{f.full_name}]": f for f in extensions}}


def replay(witness, before, after):
    """Reads a value in upb that another tool claims goes wrong."""
    direction, side, old, new, data = witness
    old, new = find_message(before, old), find_message(after, new)
    writer, reader, w, descriptor = (before, after, old, new) if side == "previous" else (after, before, new, old)
    message = message_factory.GetMessageClass(w)()
    message.ParseFromString(bytes.fromhex(data))
    if direction == "proxy":
        return crosses_back(message, bytes.fromhex(data), writer, descriptor)
    return crosses_binary(message, bytes.fromhex(data), writer, reader, descriptor)


def find_message(side, name):
    """A message, or (of an enum's witness) the one that a field belongs to."""
    try:
        return side.pool.FindMessageTypeByName(name)
    except KeyError:
        return side.pool.FindMessageTypeByName(name.rpartition(".")[0])


def judge(case, files, before, after):
    breaks, samples = {}, []
    for file in files:
        old, new = before.messages(file), after.messages(file)
        for name in sorted(old.keys() & new.keys()):
            if declarations(before, old[name]) == declarations(after, new[name]):
                continue  # It reads what it wrote.
            judge_pair(old[name], new[name], before, after, breaks, samples)
        judge_services(file, before, after, breaks, samples)
    return breaks, samples


def declarations(side, descriptor):
    """A message with all types that it uses, extensions included, encoded."""
    found, rest = {}, [descriptor]
    while rest:
        one = rest.pop()
        if one.full_name in found:
            continue
        is_enum = isinstance(one, EnumDescriptor)
        proto = descriptor_pb2.EnumDescriptorProto() if is_enum else descriptor_pb2.DescriptorProto()
        one.CopyToProto(proto)
        found[one.full_name] = proto.SerializeToString(deterministic=True), *settings(one.file)
        if is_enum:
            continue
        for f in side.fields(one).values():
            if f.is_extension:
                found[f.full_name] = f.file.serialized_pb
            rest += [used for used in (f.message_type, f.enum_type) if used is not None]
    return found


def settings(file):
    """The settings of a file that apply to everything in it."""
    proto = descriptor_pb2.FileDescriptorProto.FromString(file.serialized_pb)
    return proto.syntax, proto.edition, proto.options.SerializeToString(deterministic=True)


def judge_pair(old, new, before, after, breaks, samples):
    for direction, writer, reader, w, r in (("backward", before, after, old, new), ("forward", after, before, new, old)):
        for message in messages_of(writer, w):
            data = message.SerializePartialToString(deterministic=True)
            samples.append([direction, w.full_name, r.full_name, data.hex()])
            report(breaks, "binary", direction, data.hex(), crosses_binary(message, data, writer, reader, r))
            report(breaks, "binary", "proxy", data.hex(), crosses_back(message, data, writer, r))
            for surface, lenient in (("json", True), ("json-strict", False)):
                text, problem = crosses_json(message, writer, reader, r, lenient)
                report(breaks, surface, direction, text, problem)


def report(breaks, surface, direction, data, problem):
    if problem:
        breaks.setdefault(surface, {}).setdefault(direction, {"data": data, "why": problem})


def crosses_binary(message, data, writer, reader, descriptor):
    other = message_factory.GetMessageClass(descriptor)()
    try:
        other.ParseFromString(data)
    except DecodeError as error:
        return f"rejected: {error}"
    if not other.IsInitialized():
        return "rejected: a required field is missing"
    try:
        return difference(message, other, writer, reader)
    except UnicodeDecodeError as error:
        return f"cannot be read: {error}"


def crosses_back(message, data, writer, descriptor):
    other = message_factory.GetMessageClass(descriptor)()
    back = type(message)()
    try:
        other.ParseFromString(data)
    except DecodeError:
        return None  # Rejected on the way there: told as such.
    if not other.IsInitialized():
        return None
    try:
        back.ParseFromString(other.SerializePartialToString())
    except DecodeError as error:
        return f"rejected on the way back: {error}"
    return difference(message, back, writer, writer)


def crosses_json(message, writer, reader, descriptor, lenient):
    try:
        text = json_format.MessageToJson(message, descriptor_pool=writer.pool, indent=None)
        own = json_format.Parse(text, type(message)(), descriptor_pool=writer.pool)
    except Exception:
        return "", None  # It has no JSON form.
    if difference(message, own, writer, writer):
        return "", None  # Nor has a string that is not UTF-8: the writer itself does not read it back.
    other = message_factory.GetMessageClass(descriptor)()
    try:
        json_format.Parse(text, other, ignore_unknown_fields=lenient, descriptor_pool=reader.pool)
    except Exception as error:
        return text, f"rejected: {error}"
    if not other.IsInitialized():
        return text, "rejected: a required field is missing"
    return text, difference(message, other, writer, reader)


# -- what changed on the way


def difference(a, b, writer, reader):
    """Says what a reader sees otherwise. Fields are the same by name, or else by number."""
    theirs, ours = writer.fields(a.DESCRIPTOR), reader.fields(b.DESCRIPTOR)
    by_number = {f.number: name for name, f in ours.items()}
    used = set()
    for name, field in theirs.items():
        if name in ours:
            other = name
        elif field.number in by_number and by_number[field.number] not in theirs:
            other = by_number[field.number]
        else:
            continue
        used.add(other)
        found = field_difference(a, field, b, ours[other], writer, reader)
        if found:
            return f"{name}: {found}"
    for name, field in ours.items():
        if name not in used and is_set(b, field):
            return f"{name} holds what was written to another field"
    return None


def field_difference(a, f, b, g, writer, reader):
    if kind(f) == "singular" and kind(g) == "singular":
        if is_set(a, f) and not is_set(b, g) and not same(value(a, f), default(f), writer, reader):
            return "lost"
        if f.has_presence and g.has_presence and not (in_entry(f) or in_entry(g)) and is_set(a, f) != is_set(b, g):
            return "set on one side only"
        if is_message(f) != is_message(g) and not (is_set(a, f) or is_set(b, g)):
            return None
        if is_message(f) and is_message(g) and not (is_set(a, f) or is_set(b, g)):
            return None
        if same_meaning(f, value(a, f), g, value(b, g), writer, reader):
            return None
        return f"{value(a, f)!r} became {value(b, g)!r}"[:200]
    if kind(f) == "map" and kind(g) == "map":
        x, y = getattr_(a, f), getattr_(b, g)
        if len(x) != len(y):
            return "entries lost"
        for key in x:
            match = next((k for k in y if same(key, k, writer, reader)), None)
            if match is None or not same_meaning(entry_value(f), x[key], entry_value(g), y[match], writer, reader):
                return f"entry {key!r} differs"
        return None
    x, y = listed(a, f), listed(b, g)
    if len(x) != len(y):
        return f"{len(x)} values became {len(y)}"
    if "map" in (kind(f), kind(g)):
        rest = list(y)
        for item in x:
            at = next((i for i, other in enumerate(rest) if same(item, other, writer, reader)), None)
            if at is None:
                return "an entry differs"
            rest.pop(at)
        return None
    return None if all(same_meaning(f, i, g, j, writer, reader) for i, j in zip(x, y)) else "a value differs"


def in_entry(f):
    """A key or value of a map: what is missing is empty, with whatever presence its descriptor has."""
    return f.containing_type is not None and f.containing_type.GetOptions().map_entry


def entry_value(f):
    return f.message_type.fields_by_name["value"]


def same_meaning(f, x, g, y, writer, reader):
    """An enum value means its name. Where a side does not know the name of the other, the number counts: it was renamed, or
    is unknown and kept; but not where the writer has the reader's name at another number."""
    if f.enum_type is None or g.enum_type is None:
        return same(x, y, writer, reader)
    written = [v.name for v in f.enum_type.values if v.number == x]
    theirs = g.enum_type.values_by_name
    known = [theirs[name].number for name in written if name in theirs]
    if known:
        return y in known
    read = [v.name for v in g.enum_type.values if v.number == y]
    return x == y and (not written or not any(name in f.enum_type.values_by_name for name in read))


def kind(f):
    if not f.is_repeated:
        return "singular"
    return "map" if f.message_type is not None and f.message_type.GetOptions().map_entry else "repeated"


def is_message(f):
    return f.message_type is not None


def getattr_(message, f):
    return message.Extensions[f] if f.is_extension else getattr(message, f.name)


def is_set(message, f):
    if f.is_repeated:
        return len(getattr_(message, f)) > 0
    if f.is_extension:
        return message.HasExtension(f)
    if f.has_presence:
        return message.HasField(f.name)
    return not same(getattr_(message, f), default(f), None, None)


def value(message, f):
    return getattr_(message, f)


def default(f):
    return f.default_value if not is_message(f) else None


def listed(message, f):
    if kind(f) == "map":
        entry = message_factory.GetMessageClass(f.message_type)
        items = getattr_(message, f)
        made = []
        for key in items:
            one = entry(key=key)
            if is_message(f.message_type.fields_by_name["value"]):
                one.value.CopyFrom(items[key])
            else:
                one.value = items[key]
            made.append(one)
        return made
    if f.is_repeated:
        return list(getattr_(message, f))
    return [getattr_(message, f)] if is_set(message, f) else []


def same(x, y, writer, reader):
    x, y = plain(x), plain(y)
    if hasattr(x, "DESCRIPTOR") and hasattr(y, "DESCRIPTOR"):
        return difference(x, y, writer, reader) is None
    if hasattr(x, "DESCRIPTOR"):
        x = serialized(x)
    if hasattr(y, "DESCRIPTOR"):
        y = serialized(y)
    if isinstance(x, float) and isinstance(y, float) and x != x and y != y:
        return True
    if isinstance(x, bytes) != isinstance(y, bytes):
        return x is not None and y is not None and not x and not y  # The defaults of types that have nothing in common.
    return x == y


def serialized(message):
    """The bytes of a message. An entry is written within its map, where its key and value are written even if they are zero."""
    entry = message.DESCRIPTOR
    if not entry.GetOptions().map_entry:
        return message.SerializePartialToString(deterministic=True)
    around = message_factory.GetMessageClass(entry.containing_type)()
    field = next(f for f in entry.containing_type.fields if f.message_type is entry)
    items = getattr(around, field.name)
    if is_message(entry.fields_by_name["value"]):
        items[message.key].CopyFrom(message.value)
    else:
        items[message.key] = message.value
    data = around.SerializePartialToString()
    _, at = read_varint(data, 0)
    _, at = read_varint(data, at)
    return data[at:]


def plain(x):
    return x.encode() if isinstance(x, str) else x


# -- values to write


def messages_of(side, descriptor):
    """Messages of the type, as upb reads them from bytes made by hand: only so can a string be invalid UTF-8."""
    fields = list(side.fields(descriptor).values())
    singles = {f.number: field_bytes(side, f, 2) for f in fields}
    required = b"".join(singles[f.number][0] for f in fields if f.is_required)
    wires = [required]
    for f in fields:
        wires += [required + one for one in singles[f.number]]
    for f, g in itertools.permutations(fields, 2):
        if f.number < g.number:
            wires.append(required + singles[f.number][0] + singles[g.number][0])
    generator = random.Random(descriptor.full_name)
    for _ in range(RANDOM_SAMPLES if fields else 0):
        wires.append(required + b"".join(generator.choice(singles[f.number]) for f in fields if generator.random() < 0.6))
    cls = message_factory.GetMessageClass(descriptor)
    for wire in dict.fromkeys(wires):
        message = cls()
        try:
            message.ParseFromString(pack_message_set(descriptor, wire))
        except DecodeError:
            continue
        if message.IsInitialized():
            message.DiscardUnknownFields()
            yield message


def pack_message_set(descriptor, wire):
    if not descriptor.GetOptions().message_set_wire_format:
        return wire
    out, at = b"", 0
    while at < len(wire):  # tag and length of each extension, as bytes of an item
        tag, at = read_varint(wire, at)
        length, at = read_varint(wire, at)
        out += b"\x0b\x10" + varint(tag >> 3) + b"\x1a" + varint(length) + wire[at : at + length] + b"\x0c"
        at += length
    return out


def field_bytes(side, f, depth):
    """Ways to write one field, the simplest first."""
    if kind(f) == "map":
        entry = f.message_type
        keys = field_bytes(side, entry.fields_by_name["key"], depth)
        values = field_bytes(side, entry.fields_by_name["value"], depth)
        pairs = [(keys[0], v) for v in values] + [(k, values[0]) for k in keys]
        entries = [tag(f.number, 2) + sized(k + v) for k, v in pairs]
        return entries + [entries[0] + entries[-1]]
    values = [encoded(side, f, v, depth) for v in values_of(side, f, depth)]
    if not f.is_repeated:
        return values
    return values + [values[0] + values[-1], values[0] + values[0] + values[min(1, len(values) - 1)]]


def values_of(side, f, depth):
    if f.type in RANGES:
        low, high = RANGES[f.type]
        return [n for n in INTEGERS if low <= n <= high]
    if f.type in (F.TYPE_FLOAT, F.TYPE_DOUBLE):
        return FLOATS + ([0.1, 1e300] if f.type == F.TYPE_DOUBLE else []) + [0.0]
    if f.type == F.TYPE_BOOL:
        return [1, 0]
    if f.type == F.TYPE_STRING:
        # upb accepts invalid UTF-8 in maps and fails when the value is accessed: it would not write such a value.
        return [s for s in STRINGS if s != NOT_UTF8] if f.containing_type.GetOptions().map_entry else STRINGS
    if f.type == F.TYPE_BYTES:
        return BLOBS
    if f.type == F.TYPE_ENUM:
        return [v.number for v in f.enum_type.values][::-1] + ([12345] if not f.enum_type.is_closed else [])
    if depth == 0:
        return [b""]
    nested = [field_bytes(side, g, depth - 1) for g in side.fields(f.message_type).values()]
    required = b"".join(
        options[0] for g, options in zip(side.fields(f.message_type).values(), nested) if g.is_required
    )
    return [required + one for options in nested for one in options] + [required + b"".join(o[0] for o in nested), required]


def encoded(side, f, v, depth):
    if f.type == F.TYPE_GROUP:
        return tag(f.number, 3) + v + tag(f.number, 4)
    if f.type in (F.TYPE_STRING, F.TYPE_BYTES, F.TYPE_MESSAGE):
        return tag(f.number, 2) + sized(v)
    if f.type in (F.TYPE_FIXED32, F.TYPE_SFIXED32):
        return tag(f.number, 5) + struct.pack("<I", v & 0xFFFFFFFF)
    if f.type in (F.TYPE_FIXED64, F.TYPE_SFIXED64):
        return tag(f.number, 1) + struct.pack("<Q", v & (1 << 64) - 1)
    if f.type == F.TYPE_FLOAT:
        return tag(f.number, 5) + struct.pack("<f", v)
    if f.type == F.TYPE_DOUBLE:
        return tag(f.number, 1) + struct.pack("<d", v)
    if f.type in (F.TYPE_SINT32, F.TYPE_SINT64):
        return tag(f.number, 0) + varint((v << 1) ^ (v >> 63))
    return tag(f.number, 0) + varint(v)


def tag(number, wire):
    return varint(number << 3 | wire)


def sized(data):
    return varint(len(data)) + data


# -- calls


def judge_services(file, before, after, breaks, samples):
    """A call breaks where its path is gone, its streams differ, or old requests or new responses are not read as written."""
    for service in before.services(file):
        for method in service.methods:
            path = f"/{service.full_name}/{method.name}"
            for old, new in replaced_types(service, method, after):
                judge_pair(old, new, before, after, breaks, samples)
            report(breaks, "rpc", "backward", path, call_problem(service, method, before, after))


def replaced_types(service, method, after):
    """Request and response types that were replaced by others."""
    try:
        other = after.pool.FindMethodByName(f"{service.full_name}.{method.name}")
    except KeyError:
        return []
    types = [(method.input_type, other.input_type), (method.output_type, other.output_type)]
    return [(old, new) for old, new in types if old.full_name != new.full_name]


def call_problem(service, method, before, after):
    try:
        other = after.pool.FindMethodByName(f"{service.full_name}.{method.name}")
    except KeyError:
        return "UNIMPLEMENTED"
    if (method.client_streaming, method.server_streaming) != (other.client_streaming, other.server_streaming):
        return "other streams"
    return crossing_problem(before, method.input_type, after, other.input_type) or crossing_problem(
        after, other.output_type, before, method.output_type
    )


def crossing_problem(writer, w, reader, r):
    for message in messages_of(writer, w):
        problem = crosses_binary(message, message.SerializePartialToString(deterministic=True), writer, reader, r)
        if problem:
            return problem
    return None


main()
