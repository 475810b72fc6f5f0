import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { bracketMatching, StreamLanguage, type StreamParser, syntaxHighlighting } from "@codemirror/language";
import { json, typescript } from "@codemirror/legacy-modes/mode/javascript";
import { protobuf } from "@codemirror/legacy-modes/mode/protobuf";
import { yaml } from "@codemirror/legacy-modes/mode/yaml";
import { type Diagnostic, lintGutter, setDiagnostics } from "@codemirror/lint";
import { EditorState } from "@codemirror/state";
import { drawSelection, EditorView, keymap, lineNumbers } from "@codemirror/view";
import { classHighlighter } from "@lezer/highlight";
import { useEffect, useRef } from "preact/hooks";
import type { Problem } from "./compiler.js";

// biome-ignore lint/suspicious/noExplicitAny: each parser has a state of its own
const languages: Readonly<Record<"proto" | "json" | "yaml" | "ts", StreamParser<any>>> = {
  proto: protobuf,
  json,
  yaml,
  ts: typescript,
};

interface Props {
  /** Its name, for those who cannot see it. */
  readonly label: string;
  readonly language: keyof typeof languages;
  readonly text: string;
  /** Without it, the text can be read and copied only. */
  readonly onInput?: (text: string) => void;
  readonly problems?: readonly Problem[];
}

/** An editor of a text, or a view of one. Tab leaves it, as it leaves other fields. */
export function Editor({ label, language, text, onInput, problems = [] }: Props) {
  const place = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView>(undefined);
  const listener = useRef(onInput);
  listener.current = onInput;

  useEffect(() => {
    const created = new EditorView({
      parent: place.current!,
      doc: text,
      extensions: [
        lineNumbers(),
        bracketMatching(),
        drawSelection(),
        lintGutter(),
        StreamLanguage.define(languages[language]),
        syntaxHighlighting(classHighlighter),
        ...(language === "ts" ? [] : [EditorView.lineWrapping]), // the imports of generated code are long
        EditorView.contentAttributes.of({ "aria-label": label, tabindex: "0" }),
        onInput === undefined
          ? EditorState.readOnly.of(true)
          : [history(), keymap.of([...defaultKeymap, ...historyKeymap])],
        EditorView.updateListener.of(({ docChanged, state }) => {
          if (docChanged) listener.current?.(state.doc.toString());
        }),
      ],
    });
    view.current = created;
    return () => created.destroy();
  }, [language, label]);

  useEffect(() => {
    const { state } = view.current!;
    if (state.doc.toString() !== text)
      view.current!.dispatch({ changes: { from: 0, to: state.doc.length, insert: text } });
  }, [text]);

  useEffect(() => {
    const { state } = view.current!;
    view.current!.dispatch(
      setDiagnostics(
        state,
        problems.map((problem) => diagnosticOf(problem, state)),
      ),
    );
  }, [problems]);

  return <div class="editor" ref={place} />;
}

/** The place of a problem: from its column to the end of the word or line. */
function diagnosticOf({ line, column, severity, message }: Problem, { doc }: EditorState): Diagnostic {
  const at = doc.line(Math.min(Math.max(line, 1), doc.lines));
  const from = Math.min(at.from + column - 1, at.to);
  const [word = ""] = /^[\w.]+/.exec(doc.sliceString(from, at.to)) ?? [];
  return { from, to: word === "" ? at.to : from + word.length, severity, message };
}
