"""The other side of the fuzz test: what the official Python runtime makes of an input.

Usage: python oracle.py DESCRIPTOR_SET

Standard output starts with one frame, a JSON object that says who answers. Then each request frame on standard input
gets one answer frame. A frame is its length in four bytes, little-endian, and its content.

A request is a list of type names (JSON) in the first frame, and batches of cases in all others. A case is

    type index (u16), outcome (u8), input length (u32), input, output length (u32), output

where outcome says what our decoder did: 0 rejected it, 1 accepted it, 2 accepted it but for a missing required field;
the output is what our encoder made of it then. The answer is a byte per case, its verdict, and then a JSON object with
the details of those cases whose verdict is EXPECTED or DIVERGED, by their index.
"""

import json
import struct
import sys
from contextlib import contextmanager
from itertools import groupby

import google.protobuf
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory
from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.internal import api_implementation
from google.protobuf.message import DecodeError

from differences import DIFFERENCES, REJECTED_INPUT
from records import encode, parse, scalar

REJECTED, ACCEPTED, INCOMPLETE = range(3)
BOTH_REJECT, SAME_BYTES, SAME_MESSAGE, EXPECTED, DIVERGED = range(5)


def main(descriptor_set_path):
    pool = load_pool(descriptor_set_path)
    write_frame(json.dumps(introduce()).encode())
    types = [pool.FindMessageTypeByName(name) for name in json.loads(read_frame())]
    classes = [message_factory.GetMessageClass(type) for type in types]
    while (request := read_frame()) is not None:
        write_frame(answer(request, classes))


def introduce():
    return {
        "implementation": api_implementation.Type(),
        "version": google.protobuf.__version__,
        "differences": {name: difference.why for name, difference in DIFFERENCES.items()},
    }


def load_pool(path):
    """Loads the descriptors without extensions.

    Our decoder keeps extensions as unknown fields until someone asks for them; so does upb when it knows none.
    """
    with open(path, "rb") as file:
        files = descriptor_pb2.FileDescriptorSet.FromString(file.read()).file
    pool = descriptor_pool.DescriptorPool()
    for file in files:
        remove_extensions(file, file.message_type)
        pool.Add(file)
    return pool


def remove_extensions(parent, messages):
    del parent.extension[:]
    for message in messages:
        remove_extensions(message, message.nested_type)


def answer(request, classes):
    verdicts = bytearray()
    details = {}
    for index, (type, outcome, data, output) in enumerate(cases(request)):
        verdict, detail = judge(classes[type], outcome, data, output)
        verdicts.append(verdict)
        if detail:
            details[index] = detail
    return bytes(verdicts) + json.dumps(details).encode()


def cases(request):
    at = 0
    while at < len(request):
        type, outcome, length = struct.unpack_from("<HBI", request, at)
        data = request[at + 7 : at + 7 + length]
        at += 7 + length
        (length,) = struct.unpack_from("<I", request, at)
        yield type, outcome, data, request[at + 4 : at + 4 + length]
        at += 4 + length


def judge(cls, outcome, data, output):
    """Compares outcome and output with what upb makes of the data. Returns a verdict and details."""
    verdict, complaint = compare(cls, outcome, data, output, [])
    if verdict != DIVERGED:
        return verdict, None
    names = explain(cls, outcome, data, output)
    return (EXPECTED, {"differences": names}) if names else (DIVERGED, complaint)


def explain(cls, outcome, data, output):
    """Returns the names of the differences that explain a divergence: one if one is enough, or else a minimal set."""

    def explained_by(names):
        differences = [DIFFERENCES[name] for name in names]
        with any_depth(True):
            rewritten = rewrite(differences, data, cls.DESCRIPTOR)
        with any_depth(any(difference.any_depth for difference in differences)):
            return compare(cls, outcome, rewritten, output, differences)[0] != DIVERGED

    for name in DIFFERENCES:
        if explained_by([name]):
            return [name]
    names = list(DIFFERENCES)
    if not explained_by(names):
        return None
    for name in DIFFERENCES:
        fewer = [other for other in names if other != name]
        if explained_by(fewer):
            names = fewer
    return names


@contextmanager
def any_depth(lifted):
    """Lifts the recursion limit of upb, or not."""
    from google._upb import _message  # Not there when the runtime is not upb, which `introduce` reports.

    _message.SetAllowOversizeProtos(lifted)
    yield
    _message.SetAllowOversizeProtos(False)


def rewrite(differences, data, descriptor):
    for difference in differences:
        try:
            data = data if data is REJECTED_INPUT else difference.rewrite(data, descriptor)
        except (IndexError, ValueError, DecodeError):
            pass  # A difference is about inputs that can be read.
    return data


def compare(cls, outcome, data, output, differences):
    if data is REJECTED_INPUT:
        return (BOTH_REJECT if outcome == REJECTED else DIVERGED), None
    theirs = cls()
    try:
        theirs.ParseFromString(data)
    except DecodeError as error:
        if outcome == REJECTED:
            return BOTH_REJECT, None
        return DIVERGED, {"kind": "we accept, upb rejects", "upb": str(error), "we": output.hex()}
    expected = theirs.SerializePartialToString(deterministic=True)
    if outcome == REJECTED:
        return DIVERGED, {"kind": "we reject, upb accepts", "upb": expected.hex()}
    if (outcome == ACCEPTED) != theirs.IsInitialized():
        kind = "we miss no required field, upb does" if outcome == ACCEPTED else "we miss a required field, upb does not"
        return DIVERGED, {"kind": kind, "upb": expected.hex(), "we": output.hex()}
    if expected == output:
        return SAME_BYTES, None
    return compare_encodings(cls, theirs, expected, output, differences)


def compare_encodings(cls, theirs, expected, output, differences):
    """Encodings that differ must be of the same message, and may differ only where unknown fields are concerned."""
    details = {"upb": expected.hex(), "we": output.hex()}
    try:
        canonical(cls, output)
    except DecodeError as error:
        return DIVERGED, {"kind": "upb rejects what we encode", "because": str(error), **details}
    for difference in differences:
        expected, output = (difference.normalise(data, cls.DESCRIPTOR) for data in (expected, output))
    if expected == output or sort_map_entries(expected, cls.DESCRIPTOR) == output:
        return SAME_BYTES, None
    if canonical(cls, output) != canonical(cls, expected):
        return DIVERGED, {"kind": "different messages", **details}
    if not has_unknown_fields(theirs):
        return DIVERGED, {"kind": "different bytes for the same message", **details}
    return SAME_MESSAGE, None


def has_unknown_fields(message):
    before = message.ByteSize()
    message.DiscardUnknownFields()
    return message.ByteSize() != before


def sort_map_entries(data, descriptor):
    """Puts map entries into the order that we document: by key, numbers by value, strings by UTF-16 unit.

    The deterministic order of upb is another: it is by hash for some types. Neither is canonical.
    """
    records = parse(data, descriptor)
    sort_entries_among(records)
    return encode(records)


def sort_entries_among(records):
    for field, run in groupby(enumerate(records), lambda item: item[1].field if is_plain_entry(item[1]) else None):
        run = list(run)
        if field:
            start = run[0][0]
            entries = sorted((record for _, record in run), key=lambda record: key_order(record.children[0]))
            records[start : start + len(run)] = entries
    for record in records:
        if record.children:
            sort_entries_among(record.children)


def is_plain_entry(record):
    """Whether this is an entry as upb writes it for a map; unknown fields may hold others."""
    return record.is_map_entry and [child.field and child.number for child in record.children] == [1, 2]


def key_order(record):
    if record.field.type == FieldDescriptor.TYPE_STRING:
        return record.content.decode("utf-8", "surrogateescape").encode("utf-16-be", "surrogatepass")
    return scalar(record)


def canonical(cls, data):
    message = cls()
    message.ParseFromString(data)
    return message.SerializePartialToString(deterministic=True)


def read_frame():
    head = sys.stdin.buffer.read(4)
    return sys.stdin.buffer.read(struct.unpack("<I", head)[0]) if len(head) == 4 else None


def write_frame(content):
    sys.stdout.buffer.write(struct.pack("<I", len(content)) + content)
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    main(sys.argv[1])
