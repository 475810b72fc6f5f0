// RFC 9113, section 6.5.2.

export const HeaderTableSize = 1;
export const EnablePush = 2;
export const MaxConcurrentStreams = 3;
export const InitialWindowSize = 4;
export const MaxFrameSize = 5;
export const MaxHeaderListSize = 6;
