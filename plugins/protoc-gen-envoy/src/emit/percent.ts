import { FractionalPercent_DenominatorType as Denominator } from "../gen/envoy/type/v3/percent_pb.js";

/** A percentage from 0 to 100 as Envoy takes it: to the ten-thousandth of a percent. */
export function fraction(percent: number): { numerator: number; denominator: Denominator } {
  return { numerator: Math.round(percent * 10_000), denominator: Denominator.MILLION };
}
