import { retriable } from "@protoloom/envoy";
import {
  choice,
  decimal,
  duration,
  durationFrom,
  fieldName,
  flag,
  integer,
  listOf,
  name,
  object,
  oneOrMore,
  origin,
  positiveDuration,
  type Shape,
  type TypeOf,
  text,
} from "./shape.js";

/** Envoy's percentages have a resolution of one millionth. Smaller values would be zero. */
export const percent: Shape<number> = decimal(0, 100, 0.0001);
export const count: Shape<number> = integer(1, 4_294_967_295);

export const cors = object({
  origins: {
    shape: listOf(origin, 1),
    about: 'Origins that may call, "https://shop.example", "https://*.shop.example", or "*" for all.',
    required: true,
  },
  headers: {
    shape: listOf(fieldName),
    about: "Request headers that pages may send, in addition to those of gRPC-Web.",
  },
  expose: {
    shape: listOf(fieldName),
    about: "Response headers that pages may read, in addition to grpc-status and grpc-message.",
  },
  credentials: { shape: flag, about: "Whether requests may include cookies. Default: false." },
  maxAge: { shape: duration, about: "How long a browser may cache a preflight response. Default: 24h." },
});

export const callerKey = object({
  header: { shape: fieldName, about: "Calls with the same value of this header." },
  sourceIp: { shape: flag, about: "Calls from the same address." },
});

/** The settings for one method or for all methods of a service, in the deployment file and as proto options. */
export const policyKeys = {
  timeout: {
    shape: duration,
    about:
      "Timeout of a unary call, including all attempts; for a streaming method, the maximum lifetime of a stream. " +
      "Default: 15s for unary methods, unlimited for streams.",
  },
  idleTimeout: { shape: duration, about: "How long a stream may be idle. Default: unlimited." },
  retry: {
    shape: object({
      attempts: {
        shape: integer(1, 10),
        about: "Total attempts, including the first. 1 disables retries, even after a refused connection.",
        required: true,
      },
      on: { shape: listOf(choice(...retriable), 1), about: "Statuses to retry on. Default: unavailable." },
      perTryTimeout: { shape: positiveDuration, about: "Timeout of one attempt. Default: the timeout of the call." },
      backoff: { shape: positiveDuration, about: "The approximate delay before the first retry. Default: 25ms." },
      maxBackoff: { shape: positiveDuration, about: "The longest delay between retries. Default: ten times backoff." },
    }),
    about:
      "Retries, each on another endpoint. Idempotent unary methods are retried for these statuses and for broken " +
      "connections, all others only if no server has received the call. Default: the latter, with 3 attempts.",
  },
  hash: {
    shape: listOf(
      object({
        header: { shape: fieldName, about: "Calls with the same value of this header." },
        cookie: { shape: fieldName, about: "Calls with the same value of this cookie." },
        sourceIp: { shape: flag, about: "Calls from the same address." },
      }),
    ),
    about: "Inputs of the hash that sends equal calls to the same endpoint. The first that a request has is used.",
  },
  rateLimit: {
    shape: object({
      requests: { shape: count, about: "Requests that each proxy allows per period.", required: true },
      per: { shape: durationFrom("50ms"), about: "The period. Default: 1s." },
      burst: { shape: count, about: "The burst size. Default: the value of requests." },
      by: { shape: callerKey, about: "How callers are told apart; each has the whole limit. Default: not at all." },
    }),
    about: "The rate limit. A call above it fails with RESOURCE_EXHAUSTED.",
  },
  cors: { shape: cors, about: "Allowed origins of web pages." },
  auth: {
    shape: object({
      jwt: {
        shape: oneOrMore(name),
        about: "The provider under `jwt` whose token a call must present, or several of which one must have issued it.",
      },
      public: { shape: flag, about: "Neither token nor external authorization." },
      callers: {
        shape: listOf(text, 1),
        about: "Names in client certificates that may call. All others are rejected.",
      },
    }),
    about: "Access control.",
  },
  mirror: {
    shape: listOf(
      object({
        cluster: { shape: name, about: "The cluster that receives the copies.", required: true },
        percent: { shape: percent, about: "Percentage of requests. Default: 100." },
      }),
    ),
    about:
      "Sends copies of requests to another cluster and ignores the responses. Only idempotent methods are mirrored.",
  },
} as const;

export const policy = object(policyKeys);
export type Policy = TypeOf<typeof policy>;
