import { type ArgumentsHost, Catch, type ExceptionFilter } from "@nestjs/common";
import { ProtobufError } from "@protoloom/protobuf";
import { Code, StatusError } from "@protoloom/rpc";
import type { Response } from "express";

const statuses: Partial<Record<Code, number>> = {
  [Code.InvalidArgument]: 400,
  [Code.Unauthenticated]: 401,
  [Code.PermissionDenied]: 403,
  [Code.NotFound]: 404,
  [Code.Unavailable]: 503,
};

/** The errors of calls, and of JSON that is no message, as HTTP. */
@Catch(StatusError, ProtobufError)
export class StatusFilter implements ExceptionFilter<StatusError | ProtobufError> {
  catch(error: StatusError | ProtobufError, host: ArgumentsHost): void {
    const response = host.switchToHttp().getResponse<Response>();
    if (error instanceof ProtobufError) response.status(400).json({ error: error.message });
    else response.status(statuses[error.code] ?? 500).json({ error: error.text });
  }
}
