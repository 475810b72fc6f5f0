/** A message of `blob.proto`: 1 MB. */
export function buildBlob(random) {
  return {
    name: `backups/${random.text(12)}.tar`,
    offset: 4_294_967_296n + random.bits(40),
    data: random.bytes(1 << 20),
  };
}
