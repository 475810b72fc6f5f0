import type { DescExtension, DescMessage } from "@bufbuild/protobuf";

/** Whether other files may extend the message. */
export function hasExtensions(message: DescMessage | DescExtension): boolean {
  return message.kind === "message" && message.proto.extensionRange.length > 0;
}
