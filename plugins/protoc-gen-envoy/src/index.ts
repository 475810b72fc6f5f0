export { checkMessage, type MessageType, type Violation } from "./validate/check-message.js";
