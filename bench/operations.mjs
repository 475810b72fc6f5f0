/** The timed operations. `inputs` names the form of the payload that an operation starts from. */
export const operations = [
  { name: "encode", title: "encode: message to bytes", inputs: "messages" },
  { name: "decode", title: "decode: bytes to message", inputs: "bytes" },
  { name: "toJson", title: "JSON out: message to string", inputs: "messages" },
  { name: "fromJson", title: "JSON in: string to message", inputs: "texts" },
];
