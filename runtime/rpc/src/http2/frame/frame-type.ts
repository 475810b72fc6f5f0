// RFC 9113, section 6.

export const Data = 0;
export const Headers = 1;
export const Priority = 2;
export const RstStream = 3;
export const Settings = 4;
export const PushPromise = 5;
export const Ping = 6;
export const Goaway = 7;
export const WindowUpdate = 8;
export const Continuation = 9;
