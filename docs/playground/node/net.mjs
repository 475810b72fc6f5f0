import { isIp } from "@protoloom/validate/codegen";

export const isIPv4 = (text) => isIp(text, 4);
export const isIPv6 = (text) => isIp(text, 6);
export const isIP = (text) => (isIPv4(text) ? 4 : isIPv6(text) ? 6 : 0);
