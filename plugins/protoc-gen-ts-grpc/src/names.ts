import type { DescFile, DescMessage, DescService } from "@bufbuild/protobuf";
import { namesOf, safeIdentifier } from "@protoloom/plugin-kit";

/** The names of a service in the generated file. */
export interface ServiceNames {
  readonly service: string;
  readonly client: string;
  readonly handlers: string;
}

/** Names that generated code uses: a message with one of them is imported under another name. */
const globals = ["Promise", "Iterable", "AsyncIterable", "AsyncIterableIterator"];

/** All names that a generated file declares. */
export class FileNames {
  readonly taken: Set<string> = new Set(globals);
  private readonly services = new Map<DescService, ServiceNames>();
  private readonly codecs = new Map<DescMessage, string>();

  constructor(file: DescFile) {
    // names from the schema first, so that no other name displaces them
    const descriptors = file.services.map((service) => this.claim(service.name));
    file.services.forEach((service, i) => {
      const client = this.claim(`${service.name}Client`);
      const handlers = this.claim(`${service.name}Handlers`);
      this.services.set(service, { service: descriptors[i]!, client, handlers });
    });
    for (const message of messagesOf(file))
      this.codecs.set(message, this.claim(`${namesOf(message.file).shape(message)}$codec`));
  }

  of(service: DescService): ServiceNames {
    return this.services.get(service)!;
  }

  /** Each request or response message with the name of its codec, in order of first use. */
  get messages(): ReadonlyMap<DescMessage, string> {
    return this.codecs;
  }

  private claim(ideal: string): string {
    let name = safeIdentifier(ideal);
    for (let i = 1; this.taken.has(name); i++) name = `${ideal}$${i}`;
    this.taken.add(name);
    return name;
  }
}

function messagesOf(file: DescFile): Set<DescMessage> {
  return new Set(file.services.flatMap((service) => service.methods.flatMap(({ input, output }) => [input, output])));
}
