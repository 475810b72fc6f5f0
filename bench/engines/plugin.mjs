/** The plugin that both engines run: an interface for each message, with the comments of the proto file. */
export const init = {
  name: "protoc-gen-interfaces",
  version: "v1.0.0",
  generateTs(schema) {
    for (const file of schema.files) {
      const out = schema.generateFile(`${file.name}_interfaces.ts`);
      out.preamble(file);
      for (const type of schema.typesInFile(file)) {
        if (type.kind === "message") printInterface(out, type);
      }
    }
  },
};

function printInterface(out, message) {
  out.print(out.jsDoc(message));
  out.print(out.export("interface", message.typeName.replaceAll(".", "_")), " {");
  for (const field of message.fields) {
    out.print(out.jsDoc(field, "  "));
    const type = field.message ?? field.enum;
    out.print("  ", field.localName, "?: ", type === undefined ? "unknown" : out.importShape(type), ";");
  }
  out.print("}");
  out.print();
}
