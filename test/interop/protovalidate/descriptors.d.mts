/** Writes a FileDescriptorSet with validate.proto and what it imports, for `protoc --descriptor_set_in`. */
export function writeDescriptors(path: string): void;
