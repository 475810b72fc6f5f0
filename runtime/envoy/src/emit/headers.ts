import {
  HeaderValueOption_HeaderAppendAction as AppendAction,
  type HeaderValueOptionInit,
} from "../gen/envoy/config/core/v3/base_pb.js";
import type { HeaderChange, Headers } from "../model/terms.js";

/** The fields of routes and virtual hosts by which headers are changed. */
export interface HeaderFields {
  readonly requestHeadersToAdd?: HeaderValueOptionInit[];
  readonly requestHeadersToRemove?: string[];
  readonly responseHeadersToAdd?: HeaderValueOptionInit[];
  readonly responseHeadersToRemove?: string[];
}

export function emitHeaders(headers: Headers | undefined): HeaderFields {
  if (headers === undefined) return {};
  return {
    requestHeadersToAdd: added(headers.request),
    requestHeadersToRemove: [...(headers.request?.remove ?? [])],
    responseHeadersToAdd: added(headers.response),
    responseHeadersToRemove: [...(headers.response?.remove ?? [])],
  };
}

function added(change: HeaderChange | undefined): HeaderValueOptionInit[] {
  const as = (values: HeaderChange["set"], appendAction: AppendAction): HeaderValueOptionInit[] =>
    Object.entries(values ?? {}).map(([key, value]) => ({ header: { key, value }, appendAction }));
  return [
    ...as(change?.set, AppendAction.OVERWRITE_IF_EXISTS_OR_ADD),
    ...as(change?.append, AppendAction.APPEND_IF_EXISTS_OR_ADD),
  ];
}
