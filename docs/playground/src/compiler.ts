/** The compiler of protos, in WebAssembly: protocompile by Buf, as compiler/main.go exposes it. */

/** An error or a warning of the compiler. Lines and columns count from 1. */
export interface Problem {
  readonly severity: "error" | "warning";
  /** Empty if it is about no file. */
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

/** Descriptors with source info, unless there was an error. */
export interface Compilation {
  readonly problems: readonly Problem[];
  readonly descriptors?: Uint8Array;
}

/** Compiles the named files of these sources, and what they import. */
export type CompileProtos = (sources: Readonly<Record<string, string>>, names: readonly string[]) => Compilation;

/** The names that the Go program and its loader set in the global scope. */
interface Scope {
  readonly Go: new () => {
    readonly importObject: WebAssembly.Imports;
    run(instance: WebAssembly.Instance): Promise<void>;
  };
  compileProtos?: CompileProtos;
}

/** Starts the compiler. Go's loader, wasm_exec.js, must have run. `program` is compressed by gzip. */
export async function startCompiler(program: ReadableStream<Uint8Array>): Promise<CompileProtos> {
  const scope = globalThis as unknown as Scope;
  const unpacked = program.pipeThrough(new DecompressionStream("gzip") as ReadableWritablePair<Uint8Array, Uint8Array>);
  const go = new scope.Go();
  const bytes = await new Response(unpacked as ReadableStream<Uint8Array<ArrayBuffer>>).arrayBuffer();
  const { instance } = await WebAssembly.instantiate(bytes, go.importObject);
  void go.run(instance); // main() waits for calls
  if (scope.compileProtos === undefined) throw new Error("the compiler has not started");
  return scope.compileProtos;
}
