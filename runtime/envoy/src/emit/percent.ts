import { FractionalPercent_DenominatorType as Denominator } from "../gen/envoy/type/v3/percent_pb.js";

/** A percentage as Envoy's fraction, with a resolution of one millionth. */
export function fraction(percent: number): { numerator: number; denominator: Denominator } {
  return { numerator: Math.round(percent * 10_000), denominator: Denominator.MILLION };
}
