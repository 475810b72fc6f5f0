/** The thread that compiles and generates. It answers in the order of the questions. */
import { bytesOf, type Compiled, codeOf, comparisonOf, messagesOf, routesOf } from "./answers.js";
import { type Compilation, type CompileProtos, startCompiler } from "./compiler.js";
import { type Answer, FILE, type Question } from "./protocol.js";

const starting = start();

addEventListener("message", ({ data }: MessageEvent<Question>) => {
  void starting.then(
    (compile) => postMessage(answerTo(data, compile)),
    (e) => postMessage(failed(data, `The compiler could not be loaded: ${(e as Error).message}`)),
  );
});

async function start(): Promise<CompileProtos> {
  await import(new URL("wasm_exec.js", import.meta.url).href);
  const [program, imports] = await Promise.all([fetched("compiler.bin"), fetched("imports.json")]);
  const shipped = (await imports.json()) as Record<string, string>;
  const compile = await startCompiler(program.body!);
  return (sources, names) => compile({ ...shipped, ...sources }, names);
}

async function fetched(name: string): Promise<Response> {
  const response = await fetch(new URL(name, import.meta.url));
  if (!response.ok) throw new Error(`${name}: HTTP ${response.status}`);
  return response;
}

function answerTo(question: Question, compile: CompileProtos): Answer {
  try {
    return answer(question, (proto) => compile({ [FILE]: proto }, [FILE]));
  } catch (e) {
    return failed(question, (e as Error).message);
  }
}

function answer({ id, view, inputs }: Question, compile: (proto: string) => Compilation): Answer {
  const { problems, descriptors } = compile(inputs.proto);
  const plain = { id, problems, previousProblems: [] };
  if (descriptors === undefined) return plain;
  const compiled: Compiled = { set: descriptors, file: FILE };
  const messages = messagesOf(compiled);
  const known = { ...plain, messages };
  switch (view) {
    case "code":
      return { ...known, code: codeOf(compiled, inputs.options) };
    case "bytes": {
      const type = messages.includes(inputs.type) ? inputs.type : (messages[0] ?? "");
      return { ...known, bytes: bytesOf(compiled, type, inputs.json) };
    }
    case "compatibility": {
      const previous = compile(inputs.previous);
      if (previous.descriptors === undefined) return { ...known, previousProblems: previous.problems };
      return { ...known, compatibility: comparisonOf({ set: previous.descriptors, file: FILE }, compiled) };
    }
    case "envoy":
      return { ...known, envoy: routesOf(compiled, inputs.deployment) };
  }
}

function failed({ id }: Question, message: string): Answer {
  return { id, problems: [{ severity: "error", file: "", line: 1, column: 1, message }], previousProblems: [] };
}
