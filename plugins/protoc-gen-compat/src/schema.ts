import type { DescEnum, DescExtension, DescFile, DescMessage, DescService } from "@bufbuild/protobuf";

/** The files of one version and their declarations, by name. */
export interface Schema {
  /** Files by their proto path. */
  readonly files: ReadonlyMap<string, DescFile>;
  /** Messages by full name. */
  readonly messages: ReadonlyMap<string, DescMessage>;
  /** Enums by full name. */
  readonly enums: ReadonlyMap<string, DescEnum>;
  /** Services by full name. */
  readonly services: ReadonlyMap<string, DescService>;
  /** By the full name of the extended message. */
  readonly extensions: ReadonlyMap<string, readonly DescExtension[]>;
}

/** Collects the declarations of files, nested ones included. */
export function createSchema(files: Iterable<DescFile>): Schema {
  const schema = {
    files: new Map<string, DescFile>(),
    messages: new Map<string, DescMessage>(),
    enums: new Map<string, DescEnum>(),
    services: new Map<string, DescService>(),
    extensions: new Map<string, DescExtension[]>(),
  };
  const addExtension = (extension: DescExtension): void => {
    const name = extension.extendee.typeName;
    const list = schema.extensions.get(name);
    if (list === undefined) schema.extensions.set(name, [extension]);
    else list.push(extension);
  };
  const addMessage = (message: DescMessage): void => {
    schema.messages.set(message.typeName, message);
    for (const nested of message.nestedEnums) schema.enums.set(nested.typeName, nested);
    message.nestedMessages.forEach(addMessage);
    message.nestedExtensions.forEach(addExtension);
  };
  for (const file of files) {
    schema.files.set(file.proto.name, file);
    file.messages.forEach(addMessage);
    for (const desc of file.enums) schema.enums.set(desc.typeName, desc);
    for (const service of file.services) schema.services.set(service.typeName, service);
    file.extensions.forEach(addExtension);
  }
  return schema;
}
