#!/usr/bin/env node
/** A plugin that writes the request it was given to the file that its parameter names. */
import { readFileSync, writeFileSync } from "node:fs";
import { create, fromBinary, maximumEdition, minimumEdition, toBinary } from "@bufbuild/protobuf";
import { CodeGeneratorRequestSchema, CodeGeneratorResponseSchema } from "@bufbuild/protobuf/wkt";

const bytes = readFileSync(0);
writeFileSync(fromBinary(CodeGeneratorRequestSchema, bytes).parameter, bytes);
const abilities = { supportedFeatures: 3n, minimumEdition, maximumEdition };
process.stdout.write(toBinary(CodeGeneratorResponseSchema, create(CodeGeneratorResponseSchema, abilities)));
