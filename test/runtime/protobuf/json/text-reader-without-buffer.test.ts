/** The same in engines without Node's Buffer, such as browsers: the code units of a text are copied by a loop there. */
(globalThis as { Buffer?: unknown }).Buffer = undefined;

await import("./text-reader.test.js");
