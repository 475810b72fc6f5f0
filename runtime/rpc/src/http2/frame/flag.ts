// The flags of frames (RFC 9113, section 6).

export const EndStream = 1;
export const Ack = 1;
export const EndHeaders = 4;
export const Padded = 8;
export const Priority = 32;
