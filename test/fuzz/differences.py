"""The documented differences between our decoder and upb.

A difference excuses nothing but itself: it says what our decoder is meant to make of an input, and upb must then agree
with us in every respect.
"""

from dataclasses import dataclass
from typing import Callable

from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.message_factory import GetMessageClass

from records import LENGTH, VARINT, encode, parse, walk
from varint import read_varint, varint

REJECTED_INPUT = object()
RECURSION_LIMIT = 100


def unchanged(data, descriptor):
    return data


@dataclass
class Difference:
    """`why` goes into the summary of a run.

    `rewrite` turns an input into what our decoder is meant to read it as, or says that we are meant to reject it.
    `normalise` turns our encoding and upb's into the form in which they should be equal.
    `any_depth` lifts the recursion limit of upb.
    """

    why: str
    rewrite: Callable = unchanged
    normalise: Callable = unchanged
    any_depth: bool = False


def keep_map_entries(data, descriptor):
    records = parse(data, descriptor)
    for record in walk(records):
        if record.is_map_entry and not has_unknown_value(record):
            values = values_of(record)
            merges = record.field.message_type.fields_by_number[2].message_type is not None
            record.children = [
                child for child in record.children if child.field and (merges or child.number == 1 or child is values[-1])
            ]
    return encode(records)


def values_of(entry):
    return [child for child in entry.children if child.field and child.number == 2]


def has_unknown_value(entry):
    """Whether the value is none of its closed enum's: such an entry is an unknown field of the message as a whole."""
    values = values_of(entry)
    enum = values[-1].field.enum_type if values else None
    return enum is not None and enum.is_closed and to_int32(read_varint(values[-1].content, 0)[0]) not in enum.values_by_number


def to_int32(value):
    low = value & 0xFFFFFFFF
    return low - (1 << 32) if low >> 31 else low


def sort_entry_fields(data, descriptor):
    """Puts the last key of an entry first, then its values: upb sorts entries that it does not know, we keep them."""
    records = parse(data, descriptor)
    for record in walk(records):
        if record.is_map_entry:
            keys = [child for child in record.children if child.field and child.number == 1]
            values = values_of(record)
            record.children = keys[-1:] + values + [child for child in record.children if not child.field]
    return encode(records)


def reject_field_zero(data, descriptor):
    zero = any(record.number == 0 for record in walk(parse(data, descriptor)))
    return REJECTED_INPUT if zero else data


def quiet_nan(data, descriptor):
    records = parse(data, descriptor)
    for record in walk(records):
        size = {"float": 4, "double": 8}.get(record.type)
        if size:
            values = [record.content[i : i + size] for i in range(0, len(record.content), size)]
            record.content = b"".join(NAN[size] if is_nan(value) else value for value in values)
    return encode(records)


def shorten_unknown_tags(data, descriptor):
    records = parse(data, descriptor)
    for record in walk(records):
        if record.parent:  # a value that its closed enum does not have is unknown too, in a known field
            record.tag = varint(record.number << 3 | record.wire)
            record.length = varint(len(record.content)) if record.wire == LENGTH else b""
    return encode(records)


def complete_items(data, descriptor):
    records = parse(data, descriptor)
    for record in walk(records):
        if record.is_message_set_item:
            types = [child for child in record.children if (child.number, child.wire) == (2, VARINT)]
            messages = [child for child in record.children if (child.number, child.wire) == (3, LENGTH)]
            record.children = types[:1] + messages[:1]
            if not types or not messages:
                record.tag = record.end = b""
                record.children = []
    return encode(records)


def extend_closed_enums(data, descriptor):
    records = parse(data, descriptor)
    for record in walk(records):
        if record.field and record.field.type == FieldDescriptor.TYPE_ENUM and record.field.enum_type.is_closed:
            if record.wire == VARINT:
                value, _ = read_varint(record.content, 0)
                record.content = varint(to_int32(value) & 0xFFFFFFFFFFFFFFFF)
    return encode(records)


def read_struct_as_json(data, descriptor):
    records = parse(data, descriptor)
    for record in walk(records):
        if record.message_type == "google.protobuf.Struct" and record.parent.full_name != "google.protobuf.Value":
            struct = GetMessageClass(record.field.message_type).FromString(encode(known_only(record.children)))
            for value in struct.fields.values():
                settle_value(value)
            record.children = parse(struct.SerializeToString(deterministic=True), record.field.message_type)
    return encode(records)


def known_only(records):
    """Without unknown fields at any depth: DiscardUnknownFields of upb stops at the 64th level."""
    known = [record for record in records if record.field]
    for record in known:
        record.children = record.children and known_only(record.children)
    return known


def unwrap(data, descriptor):
    records = parse(data, descriptor)
    for record in walk(records):
        if record.message_type in WRAPPERS and not record.field.is_repeated and not record.field.containing_oneof:
            record.children = [child for child in record.children if child.field]
    return encode(records)


WRAPPERS = {f"google.protobuf.{name}Value" for name in "Bool Int32 Int64 UInt32 UInt64 Float Double String Bytes".split()}


def settle_value(value):
    kind = value.WhichOneof("kind")
    if kind is None or kind == "null_value":
        value.null_value = 0
    elif kind == "list_value":
        for item in value.list_value.values:
            settle_value(item)
    elif kind == "struct_value":
        for item in value.struct_value.fields.values():
            settle_value(item)


def count_levels(data, descriptor):
    return data if depth(parse(data, descriptor)) <= RECURSION_LIMIT else REJECTED_INPUT


def depth(records):
    return max((depth_of(record) for record in records), default=0)


def depth_of(record):
    if record.children is None:
        return 0
    return depth(record.children) + (0 if record.is_map_entry else 1)


NAN = {4: bytes.fromhex("0000c07f"), 8: bytes.fromhex("000000000000f87f")}


def is_nan(value):
    """Whether the exponent has all bits set and the fraction is not zero."""
    bits = int.from_bytes(value, "little")
    exponent, fraction = (0x7F800000, 0x007FFFFF) if len(value) == 4 else (0x7FF << 52, (1 << 52) - 1)
    return bits & exponent == exponent and bits & fraction != 0


DIFFERENCES = {
    "map entry with unknown fields": Difference(
        "upb moves the whole entry to the unknown fields of the message; we, like the C++ and Java runtimes, keep the"
        " entry and drop the unknown fields inside",
        keep_map_entries,
        sort_entry_fields,
    ),
    "field number 0 inside an unknown group": Difference(
        "upb skips it; we reject field number 0 everywhere, as the specification says",
        reject_field_zero,
    ),
    "levels of nesting": Difference(
        "upb counts a map entry as a level of nesting, and a MessageSet item not; we count messages and groups",
        count_levels,
        any_depth=True,
    ),
    "closed enum value beyond int32": Difference(
        "upb keeps the varint of an undeclared enum value as it was; we keep it as an int32",
        normalise=extend_closed_enums,
    ),
    "Struct as a JSON object": Difference(
        "a field of type google.protobuf.Struct is a JSON object in JavaScript, as in protobuf-es: in it, a Value of no"
        " kind is null, and there are no unknown fields",
        read_struct_as_json,
    ),
    "wrapper as its value": Difference(
        "a field of a wrapper type is a value or undefined in JavaScript, as in protobuf-es: it has no unknown fields",
        unwrap,
    ),
    "overlong tag of an unknown field": Difference(
        "upb keeps it; we keep number, wire type and value, as protobuf-es does, and write the tag in its shortest form",
        normalise=shorten_unknown_tags,
    ),
    "MessageSet item without type or message": Difference(
        "upb drops it, and other fields inside an item; we keep items as the unknown fields that they are",
        normalise=complete_items,
    ),
    "bits of a NaN": Difference(
        "JavaScript has one NaN: the engine may change its sign, its payload and the signalling bit",
        normalise=quiet_nan,
    ),
}
