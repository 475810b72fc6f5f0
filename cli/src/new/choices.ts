/** The choices of a new project, each with its values, the first by default. */
export const choices = {
  kind: {
    question: "What do you make?",
    values: {
      services: "a gRPC server and a client",
      messages: "messages alone, for a queue, a file or a library",
    },
  },
  compiler: {
    question: "What compiles the protos?",
    values: { buf: "buf, which lints and formats them too", protoc: "protoc" },
  },
  runner: {
    question: "What runs the tests?",
    values: { node: "node --test, which comes with Node", vitest: "Vitest", jest: "Jest" },
  },
} as const;

export type ChoiceName = keyof typeof choices;

type ValueOf<N extends ChoiceName> = keyof (typeof choices)[N]["values"] & string;

/** A value for each choice. */
export type Chosen = { readonly [N in ChoiceName]: ValueOf<N> };

/** The values of a choice. */
export function valuesOf<N extends ChoiceName>(name: N): readonly ValueOf<N>[] {
  return Object.keys(choices[name].values) as ValueOf<N>[];
}
