// RFC 9113, section 7. Modules of constants are imported as namespaces: bundlers make plain variables of them.

export const NoError = 0;
export const ProtocolError = 1;
export const InternalError = 2;
export const FlowControlError = 3;
export const StreamClosed = 5;
export const FrameSizeError = 6;
export const RefusedStream = 7;
export const Cancel = 8;
export const CompressionError = 9;
export const EnhanceYourCalm = 11;
export const InadequateSecurity = 12;
