"""A reader of the wire format that keeps every byte: unchanged parts are encoded as they were."""

from dataclasses import dataclass
from typing import Optional

from google.protobuf.descriptor import Descriptor, FieldDescriptor
from varint import read_varint, varint

VARINT, BIT64, LENGTH, START_GROUP, END_GROUP, BIT32 = range(6)

WIRE = {
    FieldDescriptor.TYPE_DOUBLE: BIT64,
    FieldDescriptor.TYPE_FLOAT: BIT32,
    FieldDescriptor.TYPE_FIXED64: BIT64,
    FieldDescriptor.TYPE_FIXED32: BIT32,
    FieldDescriptor.TYPE_SFIXED32: BIT32,
    FieldDescriptor.TYPE_SFIXED64: BIT64,
    FieldDescriptor.TYPE_STRING: LENGTH,
    FieldDescriptor.TYPE_BYTES: LENGTH,
    FieldDescriptor.TYPE_MESSAGE: LENGTH,
    FieldDescriptor.TYPE_GROUP: START_GROUP,
}


@dataclass
class Record:
    """One tag and its value; `field` is its descriptor, or None where the message has none of that wire type."""

    number: int
    wire: int
    tag: bytes
    parent: Optional[Descriptor]  # None inside an unknown group
    field: Optional[FieldDescriptor]
    length: bytes = b""  # of a length-delimited value
    content: bytes = b""  # of a group without the end tag
    end: bytes = b""  # the end tag of a group
    children: Optional[list] = None  # of a known message, or of any group

    @property
    def is_map_entry(self):
        return self.children is not None and self.field is not None and is_map(self.field)

    @property
    def is_message_set_item(self):
        return (self.number, self.wire) == (1, START_GROUP) and is_message_set(self.parent)

    @property
    def message_type(self):
        inner = self.field.message_type if self.field else None
        return inner.full_name if inner else None

    @property
    def type(self):
        names = {FieldDescriptor.TYPE_FLOAT: "float", FieldDescriptor.TYPE_DOUBLE: "double"}
        return names.get(self.field.type) if self.field else None


def parse(data, descriptor):
    """Returns the records of a message. Raises IndexError or ValueError for data that is not well-formed."""
    records, _ = parse_records(data, 0, len(data), descriptor, None)
    return records


def parse_records(data, at, end, descriptor, group):
    records = []
    while at < end:
        start = at
        key, at = read_varint(data, at)
        number, wire = key >> 3, key & 7
        if wire == END_GROUP:
            if number != group:
                raise ValueError("end of another group")
            return records, (start, at)
        record = Record(number, wire, data[start:at], descriptor, known(descriptor, number, wire))
        at = parse_value(record, data, at, end)
        records.append(record)
    if group is not None:
        raise ValueError("group without end")
    return records, (end, end)


def parse_value(record, data, at, end):
    inner = record.field.message_type if record.field else None
    if record.wire == START_GROUP:
        record.children, (start, after) = parse_records(data, at, end, inner, record.number)
        record.content, record.end = data[at:start], data[start:after]
        return after
    start = at
    if record.wire == VARINT:
        _, after = read_varint(data, at)
    elif record.wire == LENGTH:
        length, start = read_varint(data, at)
        after = start + length
    elif record.wire in (BIT64, BIT32):
        after = at + (8 if record.wire == BIT64 else 4)
    else:
        raise ValueError("wire type 6 or 7")
    if after > end:
        raise ValueError("truncated")
    record.length, record.content = data[at:start], data[start:after]
    if inner and record.wire == LENGTH:
        record.children = parse(record.content, inner)
    return after


def known(descriptor, number, wire):
    field = descriptor.fields_by_number.get(number) if descriptor else None
    if not field or is_message_set(descriptor):
        return None
    natural = WIRE.get(field.type, VARINT)
    packed = wire == LENGTH and field.is_repeated and natural not in (LENGTH, START_GROUP)
    return field if wire == natural or packed else None


def is_message_set(descriptor):
    return descriptor is not None and descriptor.GetOptions().message_set_wire_format


def is_map(field):
    return field.message_type is not None and field.message_type.GetOptions().map_entry


def walk(records):
    """Yields all records, the outer before the inner."""
    for record in records:
        yield record
        yield from walk(record.children or [])


def encode(records):
    return b"".join(encode_record(record) for record in records)


def encode_record(record):
    content = record.content if record.children is None else encode(record.children)
    unchanged = content == record.content or record.wire != LENGTH
    return record.tag + (record.length if unchanged else varint(len(content))) + content + record.end


def scalar(record):
    """The value of an integer or bool field."""
    type = record.field.type
    if record.wire != VARINT:
        signed = type in (FieldDescriptor.TYPE_SFIXED32, FieldDescriptor.TYPE_SFIXED64)
        return int.from_bytes(record.content, "little", signed=signed)
    value, _ = read_varint(record.content, 0)
    if type in (FieldDescriptor.TYPE_SINT32, FieldDescriptor.TYPE_SINT64):
        return (value >> 1) ^ -(value & 1)
    if type in (FieldDescriptor.TYPE_INT32, FieldDescriptor.TYPE_INT64):
        return value - (1 << 64) if value >> 63 else value
    return value
