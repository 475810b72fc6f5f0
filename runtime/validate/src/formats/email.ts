// A label of a domain: https://html.spec.whatwg.org/multipage/input.html#valid-e-mail-address
const label = "[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?";
const email = /*@__PURE__*/ new RegExp(`^[a-zA-Z0-9.!#$%&'*+/=?^_\`{|}~-]+@${label}(?:\\.${label})*$`);

/** Whether the text is an email address as HTML defines it, which deviates from RFC 5322. */
export function isEmail(text: string): boolean {
  return email.test(text);
}
