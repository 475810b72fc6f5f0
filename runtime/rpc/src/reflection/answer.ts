import { Code } from "../call/code.js";
import type { ServerReflectionRequest } from "../gen/grpc/reflection/v1/reflection_pb.js";
import type { ServerReflectionRequest as ServerReflectionRequestAlpha } from "../gen/grpc/reflection/v1alpha/reflection_pb.js";
import type { Server } from "../server/server.js";
import type { DescriptorIndex } from "./descriptor-index.js";

/** v1 and v1alpha have the same fields. */
export type Question = ServerReflectionRequest["messageRequest"] | ServerReflectionRequestAlpha["messageRequest"];
export interface Answer {
  readonly messageResponse:
    | { case: "listServicesResponse"; value: { service: { name: string }[] } }
    | { case: "fileDescriptorResponse"; value: { fileDescriptorProto: Uint8Array[] } }
    | { case: "allExtensionNumbersResponse"; value: { baseTypeName: string; extensionNumber: number[] } }
    | { case: "errorResponse"; value: { errorCode: number; errorMessage: string } };
}

/** Answers one request of a tool. If there is no answer, sends an `error_response` and keeps the stream open. */
export function answer(server: Server, index: DescriptorIndex, question: Question): Answer {
  switch (question.case) {
    case "listServices": {
      const service = [...server.services]
        .map(({ typeName: name }) => ({ name }))
        .filter(({ name }) => index.fileWithSymbol(name) !== undefined) // what cannot be described cannot be called
        .sort((a, b) => (a.name < b.name ? -1 : 1));
      return { messageResponse: { case: "listServicesResponse", value: { service } } };
    }
    case "fileByFilename":
      return files(index.fileNamed(question.value), `file ${question.value}`);
    case "fileContainingSymbol":
      return files(index.fileWithSymbol(question.value), `symbol ${question.value}`);
    case "fileContainingExtension": {
      const { containingType, extensionNumber } = question.value;
      return files(
        index.fileWithExtension(containingType, extensionNumber),
        `extension ${extensionNumber} of ${containingType}`,
      );
    }
    case "allExtensionNumbersOfType": {
      const extensionNumber = index.extensionNumbers(question.value);
      if (extensionNumber === undefined) return notFound(`type ${question.value}`);
      const value = { baseTypeName: question.value, extensionNumber };
      return { messageResponse: { case: "allExtensionNumbersResponse", value } };
    }
    default:
      return error(Code.InvalidArgument, "the request asks for nothing");
  }
}

function files(fileDescriptorProto: Uint8Array[] | undefined, what: string): Answer {
  if (fileDescriptorProto === undefined) return notFound(what);
  return { messageResponse: { case: "fileDescriptorResponse", value: { fileDescriptorProto } } };
}

function notFound(what: string): Answer {
  return error(Code.NotFound, `${what} is not known`);
}

function error(errorCode: number, errorMessage: string): Answer {
  return { messageResponse: { case: "errorResponse", value: { errorCode, errorMessage } } };
}
