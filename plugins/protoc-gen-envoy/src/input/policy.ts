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
  headers: { shape: listOf(fieldName), about: "Request headers beside those of gRPC-Web that pages may send." },
  expose: {
    shape: listOf(fieldName),
    about: "Response headers beside grpc-status and grpc-message that pages may read.",
  },
  credentials: { shape: flag, about: "Whether cookies may come along. Default: false." },
  maxAge: { shape: duration, about: "How long a browser may keep the answer to a preflight. Default: 24h." },
});

/** The settings for one method or for all methods of a service, in the deployment file and as proto options. */
export const policyKeys = {
  timeout: {
    shape: duration,
    about:
      "How long a unary call may take, all attempts together; of a streaming method, how long a stream may live. " +
      "Default: 15s for unary methods, for ever for streams.",
  },
  idleTimeout: { shape: duration, about: "How long a stream may be silent. Default: for ever." },
  retry: {
    shape: object({
      attempts: {
        shape: integer(1, 10),
        about: "Attempts in all, the first included. 1 is for none more, not even where a connection was refused.",
        required: true,
      },
      on: { shape: listOf(choice(...retriable), 1), about: "Statuses that are tried again. Default: unavailable." },
      perTryTimeout: { shape: positiveDuration, about: "How long one attempt may take. Default: as long as the call." },
      backoff: { shape: positiveDuration, about: "The first wait, about. Default: 25ms." },
      maxBackoff: { shape: positiveDuration, about: "The longest wait. Default: ten times backoff." },
    }),
    about:
      "Retries, on another endpoint each time: of idempotent unary methods for these statuses and for broken connections, " +
      "of all others only while no server has seen the call. Default: the latter, with 3 attempts.",
  },
  hash: {
    shape: listOf(
      object({
        header: { shape: fieldName, about: "Calls with the same value of this header." },
        cookie: { shape: fieldName, about: "Calls with the same value of this cookie." },
        sourceIp: { shape: flag, about: "Calls from the same address." },
      }),
    ),
    about: "What must be the same for calls to reach the same endpoint; the first that a request has decides.",
  },
  rateLimit: {
    shape: object({
      requests: { shape: count, about: "How many requests each proxy lets through.", required: true },
      per: { shape: durationFrom("50ms"), about: "In which time. Default: 1s." },
      burst: { shape: count, about: "How many may come at once. Default: as many as requests." },
    }),
    about: "Beyond it a call fails with RESOURCE_EXHAUSTED.",
  },
  cors: { shape: cors, about: "Pages of which origins may call." },
  auth: {
    shape: object({
      jwt: { shape: name, about: "The provider under `jwt` whose token a call must bring." },
      public: { shape: flag, about: "Neither token nor external authorization." },
      callers: { shape: listOf(text, 1), about: "The names in client certificates that may call; others may not." },
    }),
    about: "Who may call.",
  },
  mirror: {
    shape: listOf(
      object({
        cluster: { shape: name, about: "The cluster that gets a copy.", required: true },
        percent: { shape: percent, about: "How many requests of 100. Default: all." },
      }),
    ),
    about: "Copies of requests, whose answers nobody reads. Only idempotent methods are mirrored.",
  },
} as const;

export const policy = object(policyKeys);
export type Policy = TypeOf<typeof policy>;
