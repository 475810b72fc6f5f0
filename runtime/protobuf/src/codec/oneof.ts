/** A oneof of which no field is set; all messages share it. */
export const noOneof: { readonly case: undefined; readonly value?: undefined } = /*@__PURE__*/ Object.freeze({
  case: undefined,
  value: undefined,
});
