// The limit against floods: a cost for each frame that an honest peer seldom sends and that causes work or memory without
// a call. DATA of any size, HEADERS and RST_STREAM are free: windows, the limit of concurrent calls and the wire bound them.

export const ping = 1;
export const settings = 1;
export const priority = 1;
/** A frame of unknown type. */
export const unknown = 1;
/** DATA without bytes that does not end its stream. */
export const emptyData = 1;
/** A CONTINUATION of a few bytes. */
export const smallContinuation = 1;
/** An interim response (1xx). */
export const interim = 1;
/** A WINDOW_UPDATE; see `dataSent`. */
export const windowUpdate = 0.1;
/** A frame for a closed stream: it may have been sent before the peer knew. */
export const late = 0.05;
/** A reset that the peer provoked, by a mistake or by too many streams. */
export const resetByUs = 1;
/** Each DATA frame that we send allows the peer three WINDOW_UPDATE frames. */
export const dataSent = -0.3;
