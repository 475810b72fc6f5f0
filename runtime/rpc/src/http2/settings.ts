import { ConnectionError } from "./connection-error.js";
import { DEFAULT_WINDOW, ErrorCode, MAX_FRAME, MAX_WINDOW, readUint32 } from "./frame/frame.js";
import * as Setting from "./setting.js";

/** No honest peer sends this many. */
const MAX_SETTINGS = 64;

/** The settings of a peer: the defaults until it sends its own. */
export class PeerSettings {
  headerTableSize = 4096;
  /** Before the first SETTINGS, the minimum that section 6.5.2 recommends to servers. */
  maxConcurrentStreams = 100;
  initialWindowSize: number = DEFAULT_WINDOW;
  maxHeaderListSize: number = Number.POSITIVE_INFINITY;
  /** Whether the first SETTINGS have arrived. */
  areKnown = false;

  /** Applies the payload of a SETTINGS frame. Throws ConnectionError for an invalid value. */
  apply(bytes: Uint8Array, start: number, end: number, isFromServer: boolean): void {
    if ((end - start) % 6 !== 0)
      throw new ConnectionError(ErrorCode.FrameSizeError, "SETTINGS that end within a setting");
    if (end - start > MAX_SETTINGS * 6) throw new ConnectionError(ErrorCode.EnhanceYourCalm, "too many settings");
    if (!this.areKnown) this.maxConcurrentStreams = Number.POSITIVE_INFINITY;
    this.areKnown = true;
    for (let at = start; at < end; at += 6)
      this.#set((bytes[at]! << 8) | bytes[at + 1]!, readUint32(bytes, at + 2), isFromServer);
  }

  #set(id: number, value: number, isFromServer: boolean): void {
    switch (id) {
      case Setting.HeaderTableSize:
        this.headerTableSize = value;
        break;
      case Setting.EnablePush:
        if (value > (isFromServer ? 0 : 1)) throw wrong("ENABLE_PUSH", value);
        break;
      case Setting.MaxConcurrentStreams:
        this.maxConcurrentStreams = value;
        break;
      case Setting.InitialWindowSize:
        if (value > MAX_WINDOW) throw wrong("INITIAL_WINDOW_SIZE", value, ErrorCode.FlowControlError);
        this.initialWindowSize = value;
        break;
      case Setting.MaxFrameSize:
        if (value < MAX_FRAME || value > 0xffffff) throw wrong("MAX_FRAME_SIZE", value);
        break; // we never send larger frames than the minimum
      case Setting.MaxHeaderListSize:
        this.maxHeaderListSize = value;
        break;
      default: // section 6.5.2: ignored
    }
  }
}

function wrong(name: string, value: number, code: number = ErrorCode.ProtocolError): ConnectionError {
  return new ConnectionError(code, `${name} of ${value}`);
}
